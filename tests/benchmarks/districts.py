"""The made-up districts that the benchmarks run on: made once by the command line, then kept.

They stand in the folder that CASEWORK_BENCH_DIR names, a temporary one by default; a million residents take 2.3 GB.
A district that another version of the tables, the generator or the schedule has made is made anew.
"""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from tests.drive import ROOT, casework

MADE_BY = ("casebook/models.py", "casebook/register.py", "casebook/register_known.py", "casebook/search_index.py",
           "demo/population.py", "catalog/schedule.toml")  # fmt: skip


def folder() -> Path:
    """Where districts are kept."""
    named = os.environ.get("CASEWORK_BENCH_DIR", "")
    path = Path(named) if named else Path(tempfile.gettempdir()) / "casework-bench"
    path.mkdir(parents=True, exist_ok=True)
    return path


def district(residents: int) -> Path:
    """A casebook without passphrase of so many residents; made if it is not there.

    Raises:
        RuntimeError: `casework demo --residents` failed; the message is its own.
    """
    digest = hashlib.sha256(b"".join((ROOT / "casework" / name).read_bytes() for name in MADE_BY)).hexdigest()[:12]
    path = folder() / f"{residents}-{digest}" / "district.casework"
    if not path.exists():
        making = path.parent.with_name(path.parent.name + ".making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        code, _out, said = casework("--db", str(making / path.name), "demo", "--residents", str(residents))
        if code != 0:
            raise RuntimeError(said)
        making.rename(path.parent)
    return path


def back_up_today(path: Path) -> None:
    """Make the backup of the day now. The first start of a day makes it beside the work, two minutes of the disk for a
    million residents, and every start that is measured would be such a first one, as each is killed.
    """
    from casework.casebook import backups
    from casework.casebook.book import Casebook

    book = Casebook.open(path)
    try:
        backups.make_daily(book)
    finally:
        book.close()


def copy_of(path: Path, to: Path) -> Path:
    """A copy of a casebook with what stands beside it, to be written in."""
    for file in path.parent.iterdir():
        if file.name.startswith(path.name) and file.is_file():
            shutil.copy2(file, to / file.name)
    return to / path.name


HEADERS = (
    "社区", "网格", "小区", "楼栋", "单元", "楼层", "室号", "地址", "姓名", "性别", "身份证号", "联系电话",
    "与户主关系", "居住状态", "用气类型", "房屋性质", "人群标签", "紧急联系人", "紧急联系人关系", "紧急联系人电话",
)  # fmt: skip
WORDS = {
    "female": "女", "male": "男", "pipeline_gas": "管道天然气", "lpg_cylinder": "瓶装液化气", "electric": "电",
    "owned": "自有", "rented": "租住", "registered_and_resident": "人户一致", "registered_not_resident": "户在人不在",
    "resident_not_registered": "人在户不在",
}  # fmt: skip


def roster(rows: int) -> Path:
    """A roster of so many residents as a CSV with a row of Chinese headers; made if it is not there."""
    path = folder() / f"roster-{rows}-{len(HEADERS)}.csv"
    if not path.exists():
        from casework.catalog import shelf
        from casework.demo.population import rows as people

        names = {key: tag.label.zh for key, tag in shelf.tags().items()}
        half = path.with_suffix(".half")
        with half.open("w", encoding="utf-8-sig", newline="") as file:
            out = csv.writer(file)
            out.writerow(HEADERS)
            for row in people(rows):
                contact = row.contacts[0] if row.contacts else ("", "", "")
                out.writerow((
                    row.community, row.grid, row.compound, row.building, row.unit, row.floor, row.room, row.address,
                    row.name, WORDS.get(row.sex or "", ""), row.citizen_id, row.phone, row.relation,
                    WORDS.get(row.residence_state or "", ""), WORDS.get(row.fuel or "", ""),
                    WORDS.get(row.tenure or "", ""), "、".join(names[tag] for tag in row.tags or ()), *contact,
                ))  # fmt: skip
        half.rename(path)
    return path
