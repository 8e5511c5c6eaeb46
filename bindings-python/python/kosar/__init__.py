"""kosar: recommendation and personalisation inside the shop's own process.

Rows become an `OrderLog`; a model is fitted on the log and answers:

>>> import kosar
>>> log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())
>>> rules = kosar.AssociationRules(min_support=0.2).fit(log)
>>> print(rules.recommend(["jam"], n=1)[0].reason)
100 % of the jam baskets have it too (2 baskets, lift 1.7)
"""

from importlib.metadata import version as _version

from kosar import datasets, evaluate
from kosar._affinity import Affinity, Leaning, PopulationValue, Reranked, SendTime, TimeShare
from kosar._audience import Audience, AudienceData, AudienceProfile, Audiences, Explanation, SizeEstimate
from kosar._baskets import Unplaced
from kosar._catalog import Catalog
from kosar._cluster import CustomerClusters, KMeans
from kosar._content import ContentSimilarity, HybridSimilarity
from kosar._customers import Customers
from kosar._diagnosis import (
    Diagnosis,
    DiagnosisExample,
    DiagnosisFinding,
    FilterReport,
    LogFilter,
)
from kosar._errors import (
    CancelledError,
    FileError,
    IdTypeError,
    IntakeError,
    IntakeWarning,
    KosarError,
    MissingColumnError,
    MissingDependencyError,
    ModelFileError,
    NoHistoriesError,
    NotFittedError,
    ParamError,
    ParamTypeError,
    ParamWarning,
    PartialResultWarning,
    SumTooLargeError,
    UnknownColumnError,
    UnknownIdError,
    UnplacedWarning,
)
from kosar._estimator import load
from kosar._event_log import EventLog
from kosar._itemsets import CandidateCounts, Candidates, FrequentItemsets, ItemsetCounts
from kosar._lifecycle import Lifecycle, LifecycleCustomer, StageMovements
from kosar._linear import Ease, GraphFilter
from kosar._log import IntakeReport
from kosar._native import Answer, Reason, Recommendation
from kosar._next_basket import NextBasket
from kosar._order_log import OrderLog
from kosar._placements import CategoryAnswer, Choice
from kosar._popularity import Popularity
from kosar._recommender import Recommender
from kosar._relations import ItemRelations, PairRelation
from kosar._replenishment import Due, Replenishment
from kosar._rfm import Rfm
from kosar._rules import MEASURES, AssociationRules, RuleSide
from kosar._session import SequentialRules, SessionKnn, SessionRecommendations
from kosar._similarity import Contribution, ItemSimilarity, SimilarCustomer
from kosar._table import Table
from kosar._temporal import TemporalRules
from kosar._visits import Seen, Visits

__version__ = _version("kosar")

__all__ = [
    "MEASURES",
    "Affinity",
    "Answer",
    "AssociationRules",
    "Audience",
    "AudienceData",
    "AudienceProfile",
    "Audiences",
    "CancelledError",
    "CandidateCounts",
    "Candidates",
    "Catalog",
    "CategoryAnswer",
    "Choice",
    "ContentSimilarity",
    "Contribution",
    "CustomerClusters",
    "Customers",
    "Diagnosis",
    "DiagnosisExample",
    "DiagnosisFinding",
    "Due",
    "Ease",
    "EventLog",
    "Explanation",
    "FileError",
    "FilterReport",
    "FrequentItemsets",
    "GraphFilter",
    "HybridSimilarity",
    "IdTypeError",
    "IntakeError",
    "IntakeReport",
    "IntakeWarning",
    "ItemRelations",
    "ItemSimilarity",
    "ItemsetCounts",
    "KMeans",
    "KosarError",
    "Leaning",
    "Lifecycle",
    "LifecycleCustomer",
    "LogFilter",
    "MissingColumnError",
    "MissingDependencyError",
    "ModelFileError",
    "NextBasket",
    "NoHistoriesError",
    "NotFittedError",
    "OrderLog",
    "PairRelation",
    "ParamError",
    "ParamTypeError",
    "ParamWarning",
    "PartialResultWarning",
    "Popularity",
    "PopulationValue",
    "Reason",
    "Recommendation",
    "Recommender",
    "Replenishment",
    "Reranked",
    "Rfm",
    "RuleSide",
    "Seen",
    "SendTime",
    "SequentialRules",
    "SessionKnn",
    "SessionRecommendations",
    "SimilarCustomer",
    "SizeEstimate",
    "StageMovements",
    "SumTooLargeError",
    "Table",
    "TemporalRules",
    "TimeShare",
    "UnknownColumnError",
    "UnknownIdError",
    "Unplaced",
    "UnplacedWarning",
    "Visits",
    "datasets",
    "evaluate",
    "load",
]
