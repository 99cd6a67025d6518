"""A pytest plugin that keeps slow tests out of the suite, and fails a test that takes too long.

A test takes a second of CPU at most, or is marked `slow`. It is CPU and not the clock on the wall,
so that no test is late because something else runs; and that of all threads, because a test may
start some. Rows that a module's fixture makes are setup, and are not counted.
"""

import time

import pytest

# Those that may take longer: marked so, and those that wait for a browser or a server.
UNLIMITED = {"slow", "prove", "browser", "faults"}
# What the yardstick takes on the machine that the limit was chosen on while nothing else runs.
# Processes beside it share its caches, and the same work takes up to twice as much CPU.
YARDSTICK_TAKES = 0.025


def pytest_addoption(parser):
    parser.addini("most_cpu_seconds", "what a test that is not marked slow may take", default="1")


def pytest_configure(config):
    if is_proving(config):
        from hypothesis import settings

        settings.register_profile("prove", deadline=None, max_examples=1000)
        settings.load_profile("prove")


def is_proving(config):
    return "prove" in config.option.markexpr


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Leave out tests marked `prove`; when proving, add the property tests, with more examples."""
    if is_proving(config):
        for item in items:
            if hasattr(getattr(item, "obj", None), "hypothesis"):
                item.add_marker(pytest.mark.prove)
        return
    left_out = [item for item in items if item.get_closest_marker("prove")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    begun = time.process_time()
    outcome = yield
    took, most = time.process_time() - begun, float(item.config.getini("most_cpu_seconds"))
    if took > most and not UNLIMITED & {marker.name for marker in item.iter_markers()}:
        allowed = most * pace()
        if took > allowed:
            pytest.fail(
                f"It took {took:.1f} s of CPU, and {allowed:.1f} s are allowed at the pace of this "
                "machine now. Make it smaller, or mark it slow.",
                pytrace=False,
            )
    return outcome


def pace():
    """The factor by which this machine is now slower than the one on which the limit was chosen."""
    return max(1, *(yardstick() / YARDSTICK_TAKES for _each in range(5)))


def yardstick():
    begun = time.process_time()
    total = 0
    for number in range(200_000):
        total += number * number
    return time.process_time() - begun
