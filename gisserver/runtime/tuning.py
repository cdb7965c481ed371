"""The PostgreSQL settings of the private cluster: a good neighbour when idle, quick when asked."""

import os
from collections.abc import Mapping
from pathlib import Path

MB = 1024 * 1024


def settings(*, sockets: Path, memory_bytes: int, processors: int) -> dict[str, str]:
    """Return the server's parameters for a machine with ``memory_bytes`` and ``processors``.

    The shared buffers stay small and the kernel's page cache does the work: buffers once touched remain
    resident in every process of the server, and an idle stack has 700 MB in all.
    """
    memory_mb = memory_bytes // MB
    return {
        "listen_addresses": "",
        "unix_socket_directories": f'"{sockets}"',
        "unix_socket_permissions": "0700",
        "port": "5432",
        "max_connections": str(30 + 16 * max(2, processors)),  # two generations of workers, while one is replaced
        "shared_buffers": f"{_within(memory_mb // 96, 32, 256)}MB",
        "effective_cache_size": f"{memory_mb * 6 // 10}MB",
        "work_mem": f"{_within(memory_mb // 512, 8, 64)}MB",
        "maintenance_work_mem": f"{_within(memory_mb // 48, 64, 512)}MB",
        "max_locks_per_transaction": "256",  # incidents have a partition a month, each with its indexes
        "jit": "off",  # it costs more than the short queries of a tile
        "random_page_cost": "1.1",
        "wal_compression": "on",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "max_parallel_workers": str(processors),
        "max_parallel_workers_per_gather": str(max(1, processors // 2)),
        "max_parallel_maintenance_workers": str(max(1, processors // 2)),
        "recovery_init_sync_method": "syncfs",  # after a crash each file would be opened to be forced to the disk
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "off",
        "log_line_prefix": "%m [%p] ",
        # A statement and the details of an error quote rows, names and phones among them: the log says what failed.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }


def throw_away(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return ``parameters`` for a cluster that no test will miss: nothing is forced to the disk."""
    return {
        **parameters,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "autovacuum": "on",
    }


def machine() -> tuple[int, int]:
    """Return this machine's memory in bytes and its number of processors."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), os.cpu_count() or 1


def _within(value: int, low: int, high: int) -> int:
    return max(low, min(high, value))
