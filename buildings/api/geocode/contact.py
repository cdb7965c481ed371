"""The name and telephone number in a question: given back apart from the address, masked unless permitted (law 7)."""

from collections.abc import Sequence
from dataclasses import dataclass

from rest_framework.request import Request

from buildings.addresses.text.people import NOBODY, Contact
from buildings.geocoding.answers import Answer
from buildings.masking import mask_name
from gisserver.common.access.audit import record_personal_read
from gisserver.common.access.credentials.authentication import user_id
from gisserver.common.access.roles import Permission
from gisserver.common.personal import mask_phone
from grids.models import Division, visible_communities


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it may be shown: its text, and its contact if it has one."""

    query: str
    contact: Contact = NOBODY


def shown(request: Request, text: str, contact: Contact, answers: Sequence[Answer]) -> Shown:
    """Return the question with its contact masked, unless the user may read personal data where the first answer is.

    An unmasked one is recorded.
    """
    if contact == NOBODY:
        return Shown(text)
    if answers and _may_read(request, answers[0]):
        record_personal_read(user_id=user_id(request), door=request.path, row_ids=[answers[0].id])
        return Shown(text, contact)
    return masked(text, contact)


def masked(text: str, contact: Contact) -> Shown:
    """Return a question with its contact masked, for whom may not read it or need not."""
    hidden = Contact(mask_name(contact.person), mask_phone(contact.phone))
    for said, shown_as in ((contact.person, hidden.person), (contact.phone, hidden.phone)):
        text = text.replace(said, shown_as) if said else text
    return Shown(text, hidden)


def _may_read(request: Request, answer: Answer) -> bool:
    """Whether the user may read personal data in the community that the answer is in."""
    communities = visible_communities(request.user, Permission.READ_PERSONAL)
    if communities is None or answer.community is None:
        return communities is None
    return Division.objects.filter(pk=answer.community).filter(pk__any_of=communities).exists()
