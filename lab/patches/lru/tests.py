from lru import Cache


def test_the_oldest_is_forgotten() -> None:
    cache = Cache(2)
    for key, value in (("a", 1), ("b", 2), ("c", 3)):
        cache.put(key, value)
    assert cache.get("a") is None
    assert cache.get("c") == 3


def test_a_use_makes_young() -> None:
    cache = Cache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert cache.get("b") is None
    assert cache.get("a") == 1
