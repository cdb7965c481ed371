"""Long work, asked for as OGC API Processes has it: `catalogue` lists what there is, `query` is one of them.

The house's jobs (`gisserver.common.jobs`) run it.
"""
