"""How well mentions are linked and changes are raised: `python benchmarks/history_figures.py CORPUS [--errors]`.

CORPUS is a folder with train.jsonl, dev.jsonl, stream.jsonl, states.jsonl and the scorers score.py and score_stream.py. The documents' own
annotations are the mentions, so that only the history is measured.
"""

import json
import random
import subprocess
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path

from monitor.history import merge, register, rehearse
from monitor.model import Article


def documents(path):
    for text in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(text)
        published = datetime.fromisoformat(row["published"])
        yield row, Article(
            id=row["id"], source="file", url=row.get("url", ""), outlet=row["outlet"], title=row["title"], text=row["text"],
            language=row["lang"], fetched=published, published=published,
        )  # fmt: skip


def stream(rows, known_before=date(2025, 10, 8)):
    told = ((article, rehearse.gold(article, row["events"])) for row, article in rows)
    return list(rehearse.rehearse(told, known_before))


def scored(corpus, gold, lines, *more):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as file:
        file.write("\n".join(json.dumps(line) for line in lines))
    done = subprocess.run([sys.executable, corpus / "score_stream.py", gold, file.name, *more], capture_output=True, text=True, check=True)
    Path(file.name).unlink()
    return done.stdout


def partition(lines):
    """Sets of (document, mention) that share a cluster."""
    found = {}
    for line in lines:
        for at, event in enumerate(line["events"]):
            found.setdefault(event["cluster"], set()).add((line["id"], at))
    return {frozenset(members) for members in found.values()}


def linking(path):
    """B-cubed F1 of the documents' mentions, each judged alone against the register."""
    filed = {}
    for event in register.baseline():
        for key in merge.keys(event):
            filed.setdefault(key, {})[event.id] = event
    pairs = []
    for row, article in documents(path):
        witnesses = [rehearse.witness(article, mention) for mention in rehearse.gold(article, row["events"])]
        judged = merge.assign(witnesses, lambda keys: [e for key in keys for e in filed.get(key, {}).values()], article.published)
        pairs += [(e["ref"], v.judgement.event, row["id"], e) for e, v in zip(row["events"], judged, strict=True)]
    return pairs


def b_cubed(pairs):
    by_ref, by_cluster = {}, {}
    for k, (ref, cluster) in enumerate(pairs):
        by_ref.setdefault(ref, set()).add(k)
        by_cluster.setdefault(cluster, set()).add(k)
    p = sum(len(by_ref[r] & by_cluster[c]) / len(by_cluster[c]) for r, c in pairs) / len(pairs)
    r = sum(len(by_ref[r] & by_cluster[c]) / len(by_ref[r]) for r, c in pairs) / len(pairs)
    return 2 * p * r / (p + r)


def main(folder, *flags):
    corpus = Path(folder)
    for name in ("train", "dev"):
        pairs = linking(corpus / f"{name}.jsonl")
        known = [(r, c) for r, c, _, _ in pairs if r]
        false = sum(1 for r, c, _, _ in pairs if r is None and not c.startswith("ev-"))
        right = sum(r == c for r, c in known)
        share = right / len(known)
        print(f"linking {name:5} B3 F1 {b_cubed(known):.3f} on {len(known)} mentions, {share:.3f} right; {false} others joined an act")
        if "--errors" in flags:
            for ref, cluster, doc, e in pairs:
                if (ref or "ev-") != cluster and (ref or not cluster.startswith("ev-")):
                    print(
                        "   ",
                        doc,
                        e["type"],
                        e["focus"],
                        e["date"],
                        e["effective"],
                        e["materials"][:3],
                        e["destinations"],
                        "GOLD",
                        ref,
                        "GOT",
                        cluster,
                    )
    rows = list(documents(corpus / "stream.jsonl"))
    lines = stream(rows)
    print(scored(corpus, corpus / "stream.jsonl", lines, "--errors", "60" if "--errors" in flags else "0"))
    alerts = sum(len(line["alerts"]) for line in lines)
    twice = stream([*rows, *((row, replaced(article)) for row, article in rows)])
    print(f"sent twice under other URLs: {sum(len(line['alerts']) for line in twice[len(rows) :])} more alerts")
    twice = stream([*rows, *rows])
    print(f"taken in twice: {sum(len(line['alerts']) for line in twice[len(rows) :])} more alerts")
    for seed in range(3):
        mixed = shuffled(rows, seed)
        again = stream(mixed)
        count = sum(len(line["alerts"]) for line in again)
        print(f"shuffled within each day: {count} alerts of {alerts}, same events: {partition(again) == partition(lines)}")
        if "--errors" in flags:
            for odd in partition(again) ^ partition(lines):
                print("   ", sorted(odd)[:8])


def replaced(article):
    from dataclasses import replace

    return replace(article, id=f"{article.id}-again", url=f"{article.url}?again", outlet=f"{article.outlet} mirror")


def shuffled(rows, seed):
    mixed = random.Random(seed)
    return [row for _, row in sorted((((r[1].published.date(), mixed.random()), r) for r in rows), key=lambda p: p[0])]


if __name__ == "__main__":
    main(*sys.argv[1:])
