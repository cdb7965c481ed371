"""Photos and other files of incidents: read apart, kept for ever, shown to whoever sees the incident."""
