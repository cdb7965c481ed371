"""Balancing: grids of equal load by moving as little as possible, along roads and block edges. Pure.

From households to a draft: `atoms` cuts the ground into the least pieces that change hands (`dividing`: between
houses; `borders`: who lies beside whom); `problem` is that as numbers (`ordinary`: over
which grids a mean is taken; `compactness`: how compact they stay), `plan` who holds which atom; `balance` finds
the plan (`growing` by `flows`, `settling`) and has it carried out by commands of the edit engine (`carrying`);
`shortfall` says why a grid is still off. Beside it: `parting` cuts one grid into k, `giving` finds the ground that
goes with buildings, `exact` is the yardstick of tests and benches.
"""
