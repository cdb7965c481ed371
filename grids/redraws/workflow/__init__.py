"""The steps of a redraw: submit, approve, reject, publish, cancel, revert, and which of them are allowed."""
