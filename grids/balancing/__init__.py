"""Balancing: grids of equal load by moving as little as possible, along roads and block edges. Pure.

`basic_units` cuts a community into basic units, the smallest areas that are assigned to grids as a whole (`dividing`:
between buildings; `borders`: their adjacency). `problem` states the task in numbers (`ordinary`: which grids count in
the mean; `compactness`: how compact grids must stay), `plan` assigns units to grids. `balance` finds the plan, by
`flow_rounding` (of `flows`) and by simulated annealing (`anneal`), and `to_commands` turns it into commands of the edit
engine. `shortfall` explains why a grid is outside its limits. `split_balanced` divides one grid into k,
`transfer_units` finds the units to transfer with buildings, `exact` is the reference for tests and benchmarks.
"""
