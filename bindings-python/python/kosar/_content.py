"""Similarity by content, and its blend with similarity by customers."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from kosar import _native
from kosar._catalog import Catalog, native_catalog
from kosar._errors import ParamError, ParamTypeError
from kosar._estimator import Estimator, no_target
from kosar._order_log import OrderLog, native_log
from kosar._similarity import ItemSimilarity


class ContentSimilarity(Estimator[_native.ContentSimilarity]):
    """Items that resemble each other by what the catalogue says of them, from the day of their launch.

    The similarity is the cosine of two vectors. A vector has a part for each facet that the item has:
    its categories with all above them, brand, tags, attributes, words of the name and of the
    description, each weighed by how rare it is (``ln((1 + n) / (1 + df)) + 1``, words also by
    ``1 + ln(tf)``). Each part has length 1 and then the weight of its facet. The price counts where
    something else is shared.

    Parameters
    ----------
    category, brand, tags, attributes, price, title, text : float
        The weights of the facets, from 0.
    ngrams : tuple of two int, optional
        Compare pieces of words of so many characters, such as ``(3, 5)``, in place of whole words.
    price_ratio : float
        How many times as high one price may be as another before they have nothing in common.
    max_df : float
        What more than this share of the items have counts for nothing.

    Attributes
    ----------
    items_ : list
        The ids, sorted.
    n_features_ : int
        The number of features that two items can share.

    Examples
    --------
    >>> import kosar
    >>> rows = {
    ...     "id": [1, 2, 3, 4, 5],
    ...     "path": ["Food/Bread", "Food/Bread", "Food/Tea", "Home", "Home"],
    ...     "brand": ["Miller", "Miller", "Leaf", None, None],
    ...     "title": ["Dark rye loaf", "Dark wheat bread", "Black tea", "Mug", "Lamp"],
    ... }
    >>> catalog = kosar.Catalog.from_frame(rows, item="id", category="path", brand="brand", name="title")
    >>> print(kosar.ContentSimilarity().fit(catalog).similar(1, n=1)[0].reason)
    like 1: same brand Miller, category Food/Bread, words: dark (similarity 0.70)
    """

    _kind = "content_similarity"

    def __init__(
        self,
        category: float = 2.0,
        brand: float = 1.0,
        tags: float = 1.0,
        attributes: float = 1.0,
        price: float = 0.5,
        title: float = 2.0,
        text: float = 1.0,
        ngrams: tuple[int, int] | None = None,
        price_ratio: float = 2.0,
        max_df: float = 0.5,
    ) -> None:
        self.category = category
        self.brand = brand
        self.tags = tags
        self.attributes = attributes
        self.price = price
        self.title = title
        self.text = text
        self.ngrams = ngrams
        self.price_ratio = price_ratio
        self.max_df = max_df

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        ngrams = stored["ngrams"]
        return {**stored, "ngrams": None if ngrams is None else tuple(ngrams)}

    def fit(self, catalog: Catalog, y: None = None) -> Self:
        """Weigh what a catalogue says of its items.

        Parameters
        ----------
        catalog : Catalog
            The catalogue.
        y : None
            Nothing else; what customers bought is for `HybridSimilarity`.
        """
        no_target("ContentSimilarity", y)
        inside = native_catalog(catalog, "ContentSimilarity.fit")
        if inside is None:
            raise ParamTypeError("ContentSimilarity.fit needs a Catalog, got NoneType")
        params = {name: getattr(self, name) for name in ContentSimilarity._names()}
        self._model = _native.ContentSimilarity.fit(inside, params)
        return self

    def similarity(self, a: str | int, b: str | int) -> float:
        """Give the similarity of two items, from 0 to 1."""
        return self._fitted.similarity(a, b)

    def similar(
        self,
        item: str | int,
        n: int = 10,
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
    ) -> list[_native.Recommendation]:
        """Give the items most similar to one, best first; parameters as in `recommend`."""
        return self._fitted.recommend_for_items([item], n, exclude, only)

    def recommend(
        self,
        items: Iterable[str | int],
        n: int = 10,
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
    ) -> list[_native.Recommendation]:
        """Recommend at most ``n`` items like the given ones, which are never among them.

        Parameters
        ----------
        items : iterable of str or int
            The items of a cart or a visit. Scores are sums of the similarities to them.
        n : int
            How many, fewer only where fewer share anything with the given ones.
        exclude, only : iterable of str or int
            Items that may not be in the answer, and those that alone may be.

        Raises
        ------
        UnknownIdError
            For an item that is not in the catalogue.
        """
        return self._fitted.recommend_for_items(items, n, exclude, only)

    @property
    def items_(self) -> list[Any]:
        """The ids of the items, sorted."""
        return self._fitted.items()

    @property
    def n_features_(self) -> int:
        """The number of features that two items can share."""
        return self._fitted.n_features


class HybridSimilarity(Estimator[_native.HybridSimilarity]):
    """Items that resemble each other by who bought them where many did, by what they are where few did.

    The similarity of two items is ``w * s + (1 - w) * c * t``: ``s`` by customers, ``t`` by content,
    ``w = e / (e + evidence)`` where ``e`` is the number of customers of the less bought of the two. An
    item launched today is as near to a best seller as its content says.

    Parameters
    ----------
    evidence : float
        The number of customers at which both similarities count the same.
    content_weight : float, optional
        The weight ``c`` of content, above 0 and at most 1; None to make the nearest neighbours by
        content as near as those by customers, on average.
    neighbors : int
        How many neighbours of each item are kept.

    Attributes
    ----------
    items_ : list
        The ids of the items of log and catalogue, sorted.
    content_weight_ : float
        The weight of content.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.datasets.shop(lines=2_000)
    >>> collaborative = kosar.ItemSimilarity().fit(log)
    >>> content = kosar.ContentSimilarity().fit(kosar.datasets.shop_catalog(lines=2_000))
    >>> model = kosar.HybridSimilarity().fit(log, collaborative, content)
    >>> len(model.recommend("C00001", n=5))
    5
    """

    _kind = "hybrid_similarity"

    def __init__(
        self, evidence: float = 20.0, content_weight: float | None = None, neighbors: int = 50
    ) -> None:
        self.evidence = evidence
        self.content_weight = content_weight
        self.neighbors = neighbors

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        return dict(stored.get("hybrid", stored))

    def fit(self, log: OrderLog, collaborative: ItemSimilarity, content: ContentSimilarity) -> Self:
        """Blend two fitted models; the log tells who owns what and how many bought each item."""
        inside = native_log(log, "HybridSimilarity")
        if not isinstance(collaborative, ItemSimilarity):
            found = type(collaborative).__name__
            raise ParamTypeError(f"collaborative must be a fitted ItemSimilarity, got {found}")
        if not isinstance(content, ContentSimilarity):
            raise ParamTypeError(f"content must be a fitted ContentSimilarity, got {type(content).__name__}")
        params = {name: getattr(self, name) for name in HybridSimilarity._names()}
        self._model = _native.HybridSimilarity.fit(inside, collaborative._fitted, content._fitted, params)
        return self

    def similar(
        self,
        item: str | int,
        n: int = 10,
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
    ) -> list[_native.Recommendation]:
        """Give the items most similar to one, best first; parameters as in `recommend`."""
        return self._fitted.recommend_for_items([item], n, exclude, only)

    def recommend(
        self,
        customer: str | int | None = None,
        items: Iterable[str | int] | None = None,
        n: int = 10,
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
    ) -> list[_native.Recommendation]:
        """Recommend at most ``n`` items to a customer, or to someone who has the given items.

        What the customer owns, or the items given, are never among them.

        Parameters
        ----------
        customer : str or int
            A customer of the log.
        items : iterable of str or int
            Instead: the items of a cart or a visit.
        n : int
            How many, fewer only where fewer candidates remain.
        exclude, only : iterable of str or int
            Items that may not be in the answer, and those that alone may be.

        Raises
        ------
        ParamError
            Unless exactly one of ``customer`` and ``items`` is given.
        UnknownIdError
            For an unknown customer or item.
        NoHistoriesError
            For a customer, in a model that knows none.
        """
        model = self._fitted
        if customer is not None and items is None:
            return model.recommend_for_customer(customer, n, exclude, only)
        if items is not None and customer is None:
            return model.recommend_for_items(items, n, exclude, only)
        given = "neither" if customer is None else "both"
        raise ParamError(f"exactly one of customer and items must be given, got {given}")

    def evidence_of(self, item: str | int) -> int:
        """Give the number of customers of an item; 0 for one that only the catalogue has."""
        return self._fitted.evidence(item)

    @property
    def items_(self) -> list[Any]:
        """The ids of the items of log and catalogue, sorted."""
        return self._fitted.items()

    @property
    def content_weight_(self) -> float:
        """The weight of content."""
        return self._fitted.content_weight
