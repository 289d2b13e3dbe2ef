"""What an evaluation says; kept in the manifest of a model, so fields are only ever added, with defaults."""

import msgspec


class Estimate(msgspec.Struct, frozen=True):
    """A measured value and its bootstrap interval; the interval is None where nothing was resampled."""

    value: float
    low: float | None = None
    high: float | None = None


class ClassMeasure(msgspec.Struct, frozen=True):
    """One class of a head.

    Attributes:
        name: category, or code of the level.
        rows: examples of the class.
        precision: of those judged so, the share that is; None when none is judged so.
        recall: of the class, the share judged so.
        f1: harmonic mean of both.
    """

    name: str
    rows: int
    precision: Estimate | None
    recall: Estimate
    f1: Estimate


class Confused(msgspec.Struct, frozen=True):
    """A pair of categories that the model mixes up: ``rows`` of ``truth`` were judged ``judged``."""

    truth: str
    judged: str
    rows: int


class ReliabilityBin(msgspec.Struct, frozen=True):
    """Examples whose stated probability lies in [low, high).

    Attributes:
        rows: how many.
        stated: their mean stated probability.
        found: the share that came true.
        found_low, found_high: Wilson interval of that share.
    """

    low: float
    high: float
    rows: int
    stated: float
    found: float
    found_low: float
    found_high: float


class BudgetMeasure(msgspec.Struct, frozen=True):
    """What officials find who look only at the highest-scored events.

    Attributes:
        budget: how many they look at, as it is written (``2%``, ``20/day``).
        looked: events they look at.
        grave, red: events that are truly orange or red, and red, in the whole set.
        grave_recall, red_recall: share of those among the events looked at; None when there are none.
        precision: share of the events looked at that is truly orange or red.
        ceiling: the highest grave_recall that any order of the events could reach with this budget.
    """

    budget: str
    looked: int
    grave: int
    red: int
    grave_recall: Estimate | None
    red_recall: Estimate | None
    precision: Estimate | None
    ceiling: float | None


class Slice(msgspec.Struct, frozen=True):
    """Measures on a part of the examples.

    Attributes:
        dimension: source, county, event_type or text_length.
        value: which part; ``""`` where not known, ``*`` for the small parts joined.
        rows, category_rows, level_rows: examples, and those with a label of each head.
        grave: examples that are truly orange or red.
        category_macro_f1, category_accuracy: as in ``Evaluation``.
        category_bias: mean stated probability less the share right: above 0 the model is too sure here.
        level_accuracy, level_cost, orange_recall, orange_precision: as in ``Evaluation``.
        orange_bias: mean stated probability of orange or red less their share: above 0 they are expected too often.
    """

    dimension: str
    value: str
    rows: int
    category_rows: int
    level_rows: int
    grave: int
    category_macro_f1: Estimate | None = None
    category_accuracy: Estimate | None = None
    category_bias: Estimate | None = None
    level_accuracy: Estimate | None = None
    level_cost: Estimate | None = None
    orange_recall: Estimate | None = None
    orange_precision: Estimate | None = None
    orange_bias: Estimate | None = None


class Evaluation(msgspec.Struct, frozen=True):
    """Measures on a test set; shares are within [0, 1]. A head without labels, or that the model has not, is None throughout.

    Attributes:
        rows: examples judged.
        category_macro_f1, level_macro_f1: mean F1 over the classes that occur.
        category_f1: F1 of each category that occurs in the test set.
        level_accuracy: share of exact levels.
        level_within_one: share of levels at most one off.
        level_mean_distance: mean distance in levels.
        orange_recall: of true orange or red, the share graded orange or red; None when there is none.
        orange_precision: of those graded orange or red, the share that is; None when none is graded so.
        red_recall: of true red, the share graded red; None when there is none.
        category_ece, level_ece: expected calibration error of the stated probability of the most probable class, ten equal bins.
        needs_person: share marked doubtful.
        confusion: rows true, columns graded, blue … red.
        category_rows, level_rows: examples with a label of each head.
        category_accuracy: share of exact categories.
        level_cost: mean cost of the grades under ``costs``.
        constant_cost: the same when every example gets the one grade that is cheapest for all: what a level model must beat.
        costs: rows true, columns graded.
        orange_ece: calibration error of the probability of orange or red.
        category_brier: mean squared gap between the stated probability of the judged category and whether it was right.
        level_brier: mean over examples of the squared gaps of the four level probabilities, summed.
        orange_brier: mean squared gap of the probability of orange or red.
        category_classes, level_classes: each class that occurs.
        category_confusions: pairs most often mixed up, most frequent first.
        budgets: recall and precision at each alert budget.
        category_reliability, level_reliability, orange_reliability: reliability curves.
        intervals: bootstrap interval of each measure above, by its name.
        slices: the same by agency, county, event type and text length.
        resamples, confidence, seed: of the bootstrap.
    """

    rows: int
    category_macro_f1: float | None
    level_macro_f1: float | None
    category_f1: dict[str, float]
    level_accuracy: float | None
    level_within_one: float | None
    level_mean_distance: float | None
    orange_recall: float | None
    orange_precision: float | None
    red_recall: float | None
    category_ece: float | None
    level_ece: float | None
    needs_person: float
    confusion: list[list[int]]
    category_rows: int = 0
    level_rows: int = 0
    category_accuracy: float | None = None
    level_cost: float | None = None
    constant_cost: float | None = None
    costs: tuple[tuple[float, ...], ...] = ()
    orange_ece: float | None = None
    category_brier: float | None = None
    level_brier: float | None = None
    orange_brier: float | None = None
    category_classes: tuple[ClassMeasure, ...] = ()
    level_classes: tuple[ClassMeasure, ...] = ()
    category_confusions: tuple[Confused, ...] = ()
    budgets: tuple[BudgetMeasure, ...] = ()
    category_reliability: tuple[ReliabilityBin, ...] = ()
    level_reliability: tuple[ReliabilityBin, ...] = ()
    orange_reliability: tuple[ReliabilityBin, ...] = ()
    intervals: dict[str, tuple[float, float]] = {}
    slices: tuple[Slice, ...] = ()
    resamples: int = 0
    confidence: float = 0.95
    seed: int = 0

    def estimate(self, measure: str) -> Estimate | None:
        """A measure of the whole set with its interval, by its name; None where it was not measured."""
        value = getattr(self, measure)
        return None if value is None else Estimate(value, *self.intervals.get(measure, (None, None)))


class LearningPoint(msgspec.Struct, frozen=True):
    """What was reached with so many training examples.

    Attributes:
        rows: training examples.
        category_macro_f1, level_macro_f1: as in ``Evaluation``, with bootstrap intervals.
    """

    rows: int
    category_macro_f1: Estimate | None
    level_macro_f1: Estimate | None
