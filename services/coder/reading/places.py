"""Which of several places in a text, given in ascending order, was the last to begin."""


def begun(starts: list[int], offset: int) -> int:
    """The index of the last start that is not behind `offset`, or -1 where all are.

    What `bisect_right(starts, offset) - 1` gives, at a fraction of its cost where this is compiled.
    """
    low, high = 0, len(starts)
    while low < high:
        middle = (low + high) >> 1
        if starts[middle] <= offset:
            low = middle + 1
        else:
            high = middle
    return low - 1
