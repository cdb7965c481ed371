"""Refusals of the publishing platform."""

from gisserver.common.errors import NotAuthenticated, NotFound
from gisserver.common.sentences import Sentence


class CollectionNotFound(NotFound):
    """No collection of that id is visible to this user."""

    def __init__(self, collection_id: str) -> None:
        super().__init__("unknown_collection", Sentence("There is no collection {id!r}.", id=collection_id))


class CollectionRefused(NotAuthenticated):
    """The collection is not public and the request does not say who asks."""

    def __init__(self, collection_id: str) -> None:
        super().__init__(
            "not_authenticated", Sentence("Log in to see whether there is a collection {id!r}.", id=collection_id)
        )
