"""The doors of the geocoder: what a request asks, how an answer looks."""
