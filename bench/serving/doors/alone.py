"""A door's statement, asked of the database alone: what no server in front of it can be faster than, one by one."""

from bench.serving.figures import Load
from bench.serving.peers import pgbench
from bench.serving.stage import Missing, Stage
from bench.serving.table import Peer


def alone(stage: Stage, script: str, *, clients: int) -> tuple[Peer, Load | None]:
    """Return the peer and its load; ``{homes}`` in the script is how many homes bench.home has."""
    if "postgis" in stage.without:
        return Peer(pgbench.NAME, missing="not wanted"), None
    ((homes,),) = stage.rows("SELECT count(*) FROM bench.home")
    try:
        load = pgbench.prepared(stage.url, script.format(homes=homes), clients=clients, seconds=stage.seconds)
    except Missing as reason:
        return Peer(pgbench.NAME, missing=str(reason)), None
    return Peer(f"{pgbench.NAME}, {clients} clients"), load
