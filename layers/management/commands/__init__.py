"""Commands of the publishing platform."""
