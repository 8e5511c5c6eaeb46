"""Threads, forks, Ctrl-C and panics."""

import multiprocessing
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import kosar
import numpy as np
import pytest
from kosar import _native


@pytest.mark.parametrize("is_slow", [True, False])
def test_a_panic_is_an_error(is_slow):
    with pytest.raises(kosar.KosarError, match="internal error: asked to fail; please report"):
        _native.fail_on_purpose(is_slow)
    assert kosar.datasets.shop(lines=100).n_lines == 100


def test_many_threads_get_the_same_answers(shop):
    model = kosar.ItemSimilarity().fit(shop)
    expected = [model.recommend(customer) for customer in model.customers_]
    whole = model.to_bytes()

    def work(number):
        if number % 2:
            return kosar.ItemSimilarity().fit(shop).to_bytes() == whole
        return [model.recommend(customer) for customer in model.customers_] == expected

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(16)))


def test_others_run_while_a_model_is_fitted():
    data = np.random.default_rng(0).normal(size=(200_000, 8))
    ticks, done = 0, threading.Event()

    def tick():
        nonlocal ticks
        while not done.is_set():
            time.sleep(0.001)
            ticks += 1

    thread = threading.Thread(target=tick)
    thread.start()
    began = time.perf_counter()
    kosar.KMeans(16, n_init=1, max_iter=20).fit(data)
    took = time.perf_counter() - began
    done.set()
    thread.join()
    assert ticks > took / 0.001 / 20


def fit_in_child(queue):
    queue.put(kosar.ItemSimilarity().fit(kosar.datasets.shop(lines=2_000)).to_bytes())


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="no fork here")
def test_a_forked_child_can_fit():
    expected = kosar.ItemSimilarity().fit(kosar.datasets.shop(lines=2_000)).to_bytes()
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=fit_in_child, args=(queue,))
    child.start()
    found = queue.get(timeout=30)
    child.join(30)
    assert child.exitcode == 0
    assert found == expected


SLOW = {
    "kmeans": "kosar.KMeans(300, n_init=1000).fit(np.random.default_rng(0).normal(size=(100_000, 8)))",
    "itemsets": "kosar.FrequentItemsets(min_support=2).fit("
    "kosar.OrderLog.from_baskets(np.random.default_rng(0).integers(0, 60, (3000, 30)).tolist()))",
    "shop": "[kosar.datasets.shop(lines=10_000_000) for _ in range(9)]",
}


@pytest.mark.parametrize("name", SLOW)
def test_ctrl_c_stops_long_work(name):
    script = f"""
    import sys, time
    import numpy as np
    import kosar
    kosar.datasets.shop(lines=100)
    print("begin", flush=True)
    try:
        {SLOW[name]}
    except KeyboardInterrupt:
        print("stopped", flush=True)
        # Whatever is asked next is answered.
        print(kosar.datasets.shop(lines=100).n_lines, flush=True)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stdout.readline() == "begin\n"
            time.sleep(1.0)
            child.send_signal(signal.SIGINT)
            began = time.perf_counter()
            assert child.stdout.readline() == "stopped\n"
            assert time.perf_counter() - began < 0.5
            if name != "shop":
                assert child.stdout.readline() == "100\n"
        finally:
            child.kill()


def test_answers_are_quick():
    model = kosar.ItemSimilarity().fit(kosar.datasets.shop(lines=1_000))
    began = time.perf_counter()
    for _ in range(1000):
        model.similar("BAT-0001", n=10)
    assert (time.perf_counter() - began) / 1000 < 1e-3
