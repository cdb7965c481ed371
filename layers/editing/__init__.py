"""Editing the features of uploaded layers: what a client sends, who may, and what becomes of it."""
