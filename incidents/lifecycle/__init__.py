"""The life of an incident: its states, the steps between them, who may take them, how time counts. Pure."""
