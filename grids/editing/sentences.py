"""What refusals say to people: one sentence for each code."""

from gisserver.common.sentences import Sentence
from grids.editing.refusals import Code

SENTENCES: dict[Code, Sentence] = {
    Code.AMBIGUOUS: Sentence("The piece cut off borders on several grids; use a transfer to say which one gets it."),
    Code.BORDER_UNKNOWN: Sentence("There is no border at this place."),
    Code.COLLAPSES: Sentence("A grid would shrink to a line or a point."),
    Code.CROSSES_BORDER: Sentence("The border would cross another border, or lie on it."),
    Code.CROSSES_FRAME: Sentence("The line leaves the community and comes back; draw it in pieces."),
    Code.CUTS_BUILDING: Sentence("The new border cuts a building."),
    Code.EMPTIES_GRID: Sentence("The area covers the whole grid; merge it instead."),
    Code.HAIRLINE: Sentence(
        "The new border runs on, less than two millimetres inside the community's border, to its nearest vertex."
    ),
    Code.KEY_TAKEN: Sentence("This code is in use."),
    Code.LINE_CLOSED: Sentence(
        "Both ends of the line meet at one place; a new border runs from one place on a border to another."
    ),
    Code.LINE_ENDS_INSIDE: Sentence("The line ends inside a grid and does not reach its border."),
    Code.LINE_MISSES_GRID: Sentence("The line or area misses the grid."),
    Code.LOCKED: Sentence("The grid is locked."),
    Code.MALFORMED: Sentence("The command is incomplete or malformed."),
    Code.MORE_THAN_TWO_PARTS: Sentence(
        "The line would cut the grid into more than two parts; split it one cut at a time."
    ),
    Code.NODE_HOLDS_BORDERS: Sentence("Several borders meet at this node."),
    Code.NODE_ON_FRAME: Sentence("The node belongs to the community's border, which stays."),
    Code.NODE_UNKNOWN: Sentence("There is no node at this place."),
    Code.NOTHING_CHANGES: Sentence("Nothing would change."),
    Code.NOT_ADJACENT: Sentence("The grids do not border on each other."),
    Code.NOT_A_NUMBER: Sentence("A coordinate is not a finite number."),
    Code.NOT_REPEATABLE: Sentence(
        "Taken again from the log, the command would not give exactly the same borders; draw it a little differently."
    ),
    Code.OTHER_COMMUNITY: Sentence(
        "The grids belong to different communities; no redraw moves the border between communities."
    ),
    Code.OUTSIDE_FRAME: Sentence("The place is outside the community; check the coordinate system."),
    Code.PIECE_NOT_ADJACENT: Sentence(
        "The piece does not border on the grid that is to get it; draw it up to the border between the two."
    ),
    Code.RUNS_ALONG_BORDER: Sentence("The line runs along a border that is there already."),
    Code.SELF_CROSSING: Sentence("The line or area crosses itself."),
    Code.SLIVER: Sentence("A part would be too narrow."),
    Code.TOO_FINE: Sentence("The detail is too fine: rounded to the millimetre, borders would touch."),
    Code.TOO_MANY_VERTICES: Sentence("There are too many vertices."),
    Code.TOUCHES_ITSELF: Sentence("A grid would touch itself at a point."),
    Code.TOUCHES_ONLY: Sentence("They only touch at a point."),
    Code.UNKNOWN_GRID: Sentence("There is no such grid."),
    Code.WOULD_SPLIT_IN_TWO: Sentence("A grid would fall into separate parts."),
}


def sentence(code: Code) -> Sentence:
    """Return what a code says."""
    return SENTENCES[code]
