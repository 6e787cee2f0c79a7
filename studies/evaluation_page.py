"""docs/evaluation.md, from the numbers that studies.evaluation has kept."""


def write(found):
    print({name: one.table.num_rows for name, one in found.items()})
