"""News of what is published."""

from django.dispatch import Signal

# Sent with ``collection_id: str`` inside the transaction that publishes, replaces or withdraws a layer. Who
# keeps rows writes them at once; who keeps a cache waits for ``transaction.on_commit``.
layer_changed = Signal()
