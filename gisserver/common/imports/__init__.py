"""What import commands share: arguments, all or nothing, reports of rejected rows."""
