"""The shipped coder beside plain TF-IDF with logistic regression, on the very same grouped folds of AnnoMI.

    python benchmarks/baseline.py --data DIR     # the folder that `changetalk train --data` takes

The baseline sees the words of a turn and of the client's turn before (one and two words together), nothing
else; one model a task. The coder's figures are those of its card, from the same folds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score, f1_score

from fidelity.artefacts import find
from fidelity.training.corpora import read
from fidelity.training.folds import FOLDS, folds, groups
from fidelity.training.rows import Rows, client_rows, practitioner_rows
from fidelity.training.validate import prepared

# The card's name of each task, by the head whose rows it is measured on.
TASKS = {
    "behaviour": "main behaviour",
    "reflection": "reflection",
    "question": "question",
    "input": "input",
    "openness": "open or closed",
    "depth": "simple or complex",
    "talk": "client",
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    conversations = prepared(read(parser.parse_args().data), as_speech=False)
    group = groups(conversations)
    fold_of = {group[name]: number for number, names in enumerate(folds(conversations)) for name in names}
    rows = practitioner_rows(conversations, group) | client_rows(conversations, group)
    card = {
        task["task"]: task
        for model in ("practitioner", "client")
        for task in find(model).meta["figures"]["annomi"]["tasks"]
    }  # fmt: skip
    print("macro-F1 / kappa on AnnoMI, five folds grouped by video and scenario")
    print(f"{'task':<20}{'n':>6}{'TF-IDF':>16}{'coder':>16}{'90 % of F1':>16}")
    for head, name in TASKS.items():
        n, f1, kappa = baseline(rows[head], fold_of)
        ours = card[name]
        low, high = ours["macro_f1_interval"]
        print(
            f"{name:<20}{n:>6}{f1:>9.3f} /{kappa:>5.3f}{ours['macro_f1']:>9.3f} /{ours['kappa']:>5.3f}"
            f"{low:>9.3f} -{high:>5.3f}",
            flush=True,
        )


def baseline(rows: Rows, fold_of: dict[str, int]) -> tuple[int, float, float]:
    """Rows tested, macro-F1 and kappa of the baseline; it is trained on all corpora and tested on AnnoMI."""
    labels = np.array(rows.labels)
    fold = np.array([fold_of[group] for group in rows.groups])
    annomi = np.array([style != "misc" for style in rows.styles])
    given = labels.copy()
    for number in range(FOLDS):
        train, test = np.flatnonzero(fold != number), np.flatnonzero((fold == number) & annomi)
        columns = []
        for field in ("text", "heard"):
            words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2, token_pattern=r"[\w']+|\?")
            texts = [getattr(sample, field) for sample in rows.samples]
            words.fit([texts[i] for i in train])
            columns.append((words.transform([texts[i] for i in train]), words.transform([texts[i] for i in test])))
        model = LogisticRegression(class_weight="balanced", max_iter=500)
        model.fit(hstack([a for a, _ in columns]), labels[train])
        given[test] = model.predict(hstack([b for _, b in columns]))
    truth, given = labels[annomi], given[annomi]
    return len(truth), float(f1_score(truth, given, average="macro")), float(cohen_kappa_score(truth, given))


if __name__ == "__main__":
    main()
