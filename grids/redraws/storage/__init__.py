"""Between a draft and the database: loading, conflicts, permissions, versions for If-Match, errors."""
