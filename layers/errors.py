"""Refusals of the publishing platform."""

from gisserver.common.errors import NotAuthenticated, NotFound


class CollectionNotFound(NotFound):
    """No collection of that id is visible to this user."""

    def __init__(self, collection_id: str) -> None:
        super().__init__("unknown_collection", f"There is no collection {collection_id!r}.")


class CollectionRefused(NotAuthenticated):
    """The collection is not public and the request does not say who asks."""

    def __init__(self, collection_id: str) -> None:
        super().__init__("not_authenticated", f"Log in to see whether there is a collection {collection_id!r}.")
