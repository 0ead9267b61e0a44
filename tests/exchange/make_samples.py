"""Writes the sample rosters in `samples/`: `python -m tests.exchange.make_samples`.

Everybody is made up. ID numbers have order 000 (women) or 999 (men) and a correct last digit; phones are
1300000xxxx. `libreoffice.xlsx` is `messy.xlsx` opened and saved by LibreOffice:
`soffice --headless --convert-to xlsx:"Calc MS Excel 2007 XML" --outdir OUT messy.xlsx`.
"""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from stdnum.cn.ric import calc_check_digit

SAMPLES = Path(__file__).parent / "samples"
AREA = "420103"


def citizen_id(born: date, sex: str, area: str = AREA) -> str:
    """A number that passes the check and is nobody's."""
    bare = f"{area}{born:%Y%m%d}{'000' if sex == '女' else '999'}"
    return bare + calc_check_digit(bare + "0")


def phone(number: int) -> str:
    return f"1300000{number:04d}"


HEADER = (
    "序号", "备注", "联系电话\n（本人）", "姓名*", "所属网格", "小区名称", "楼栋号", "单元", "室号",
    "出生年月日", "身份证号码",
    "性 别", "与户主关系", "用气类型", "房屋性质", "人群类别", "人户状态", "紧急联系人", "紧急联系人电话", "政治面貌",
)  # fmt: skip

MEI = date(1941, 3, 8)
WANG, LI = date(1958, 6, 12), date(1960, 11, 2)
ZHANG, CHEN, LIU, ZHAO = date(1949, 10, 1), date(1945, 2, 3), date(1985, 7, 20), date(1972, 4, 9)
ZHOU, WU, SUN, HU = date(1950, 10, 1), date(1938, 12, 30), date(1979, 1, 15), date(1990, 9, 9)
GAO, LIN, HE, GUO, LUO = (
    date(1936, 5, 5), date(1968, 8, 18), date(1943, 1, 31), date(1982, 2, 28), date(1955, 3, 3),
)  # fmt: skip

# (note, phone, name, building, unit, room, born, ID, sex, relation, fuel, tenure, tags, state, contact, its phone)
GOOD: tuple[tuple[Any, ...], ...] = (
    ("听力不好，敲门要重", "无", "梅秀兰", "1栋", "1", "101", MEI, citizen_id(MEI, "女"), "女", "户主", "液化气",
     "自有", "独居、低保", "人户同在", "梅建国（儿子）", phone(99)),
    ("", phone(2), "王建军", "", "1", "102", WANG, "'" + citizen_id(WANG, "男"), "男", "户主", "天然气", "自有", "",
     "人户同在", "", ""),
    ("", f"{phone(3)}、027-85550003", "李桂芬", "", "1", "102", "1960/11/2", citizen_id(LI, "女") + " ", "女",
     "配偶", "天然气",
     "自有", "", "人户同在", "", ""),
    ("", int(phone(4)), "张德发", "", "1", 201, "1949年10月1日", citizen_id(ZHANG, "男").lower(), "男", "户主",
     "煤气罐", "自有",
     "生活困难", "人户一致", "", ""),
    ("", f"{phone(5)}（女儿{phone(55)}）", "陈玉珍", "", "１", "２０２", "1945.2.3", citizen_id(CHEN, "女"),
     "女", "户主", "天然气",
     "自住", "独居老人", "人户同在", "", ""),
    ("租户，白天上班", phone(6), "刘志强", "", "1单元", "301室", 31248, citizen_id(LIU, "男", "411522"), "男",
     "户主", "瓶装气",
     "租住", "", "人在户不在", "", ""),
    ("", phone(7), "赵\u3000\u3000丽", "", "1", "302", "19720409", citizen_id(ZHAO, "女"), "女", "户主",
     "天然气", "自有",
     "重残/低保", "人户同在", "", ""),
    ("", "", "周国庆", "2栋", "1", "101", ZHOU, "", "男", "户主", "液化气", "自有", "", "人户同在", "", ""),
    ("家有犬只", phone(9), "吴春梅", "", "1", "102", WU, citizen_id(WU, "女"), "女", "户主", "液化石油气", "自有",
     "独居，失能", "人户同在", "吴小明", f"{phone(91)}（侄子）"),
    ("", phone(10), "孙\u00a0浩", "", "1", "201", "1979-01-15", citizen_id(SUN, "男"), "男", "户主", "全电",
     "自有", "",
     "人户同在", "", ""),
    ("", phone(11), "胡文静", "", "1", "202", HU, citizen_id(HU, "女", "360426"), "女", "户主", "天然气", "出租", "",
     "人在户不在", "", ""),
    ("拒绝过安检", phone(12), "高福生", "", "1", "301", GAO, 420103360505999, "男", "户主", "液化气罐", "自有",
     "空巢",
     "人户同在", "", ""),
    ("", phone(13), "林秋菊", "", "1", "302", "1968-08-18 00:00:00", citizen_id(LIN, "女"), "女", "户主",
     "天然气", "公租房",
     "低保、特困", "人户同在", "", ""),
    ("", phone(14), "何水生", "3幢", "2", "501", "1943年1月31日", citizen_id(HE, "男"), "男", "户主", "液化气",
     "自有",
     "独居", "人户同在", "何芳", phone(94)),
    ("", phone(15), "郭海涛", "", "2", "502", "", citizen_id(GUO, "男"), "", "户主", "天然气", "自有", "",
     "户在人不在", "", ""),
    ("", phone(16), "罗四妹", "", "2", "401", "28/03/1955", "", "女", "户主", "液化气", "自有", "孤寡",
     "人户同在", "", ""),
)  # fmt: skip

BAD: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("ID number as a decimal number",
     ("", phone(21), "马长河", "3幢", "2", "402", "", 420103194003080029, "", "户主", "天然气", "", "", "", "", "")),
    ("wrong last digit",
     ("", phone(22), "冯玉兰", "3幢", "2", "301", "", "420103194101010001", "", "户主", "天然气", "", "", "",
      "", "")),
    ("no name",
     ("", phone(23), "", "3幢", "2", "302", "", citizen_id(date(1966, 6, 6), "女"), "女", "户主", "", "", "",
      "", "", "")),
    ("birth date against the ID number",
     ("", phone(24), "董卫国", "3幢", "2", "201", "1951-01-01", citizen_id(date(1950, 1, 1), "男"), "男",
      "户主", "", "", "",
      "", "", "")),
    ("sex against the ID number",
     ("", phone(25), "程小燕", "3幢", "2", "202", "", citizen_id(date(1980, 4, 4), "女"), "男", "户主", "", "",
      "", "", "", "")),
    ("a date of two meanings",
     ("", phone(26), "曹保国", "3幢", "2", "101", "05/06/1940", "", "男", "户主", "", "", "", "", "", "")),
    ("no room",
     ("", phone(27), "袁大海", "3幢", "2", "", "1940-01-02", "", "男", "户主", "", "", "", "", "", "")),
    ("same ID number, other details",
     ("", phone(28), "梅秀兰", "1栋", "1", "101", MEI, citizen_id(MEI, "女"), "女", "户主", "天然气", "自有",
      "", "", "", "")),
    ("a child",
     ("", phone(29), "王小宝", "1栋", "1", "102", "2020-02-02", "", "男", "孙子", "", "", "", "", "", "")),
)  # fmt: skip

MERGED_BUILDINGS = ((0, 6), (7, 12), (13, 15))
"""First and last of the good rows between which the building is written once."""


def messy(path: Path) -> None:
    """The roster as it comes from the office: sheets, titles, merged cells, slips."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": datetime(2026, 5, 1)})
    book.add_worksheet("填表说明").write_column(0, 0, ["一、请如实填写姓名、身份证号、住址。", "二、每月五日前上报。"])
    sheet = book.add_worksheet("人员台账")
    bold = book.add_format({"bold": True, "align": "center", "text_wrap": True})
    middle = book.add_format({"valign": "vcenter"})
    day = book.add_format({"num_format": "yyyy/m/d"})
    sheet.merge_range(0, 0, 0, len(HEADER) - 1, "满春街春晓社区居民信息台账（样表）", bold)
    sheet.merge_range(1, 0, 1, len(HEADER) - 1, "填报单位：春晓社区居委会　　填报日期：2026年5月1日", middle)
    sheet.write_row(2, 0, HEADER, bold)
    line = 3

    def write(number: int, person: tuple[Any, ...]) -> None:
        note, tel, name, building, *others = person
        row = [number, note, tel, name, "第一网格", "南苑小区", building, *others, "群众"]
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(line, column, datetime(value.year, value.month, value.day), day)
            elif isinstance(value, str):
                sheet.write_string(line, column, value)
            else:
                sheet.write_number(line, column, value)

    for number, person in enumerate(GOOD):
        write(number + 1, person)
        line += 1
    for first, last in MERGED_BUILDINGS:
        sheet.merge_range(3 + first, 6, 3 + last, 6, GOOD[first][3], middle)
    line += 1
    for number, (_what, person) in enumerate(BAD):
        write(len(GOOD) + number + 1, person)
        line += 1
    write(len(GOOD) + 1, tuple("2栋" if n == 3 else value for n, value in enumerate(GOOD[8])))
    line += 1
    sheet.write(line, 0, "合计")
    sheet.write(line, 3, f"{len(GOOD) + len(BAD) + 1}人")
    sheet.write(line + 2, 0, "填表人：李芳　　审核人：")
    book.close()


def gb18030(path: Path) -> None:
    """As a Chinese Windows writes CSV: one address column, ID numbers kept whole by a tab or a formula."""
    rows = [
        ["户主", "家庭住址", "身份证", "手机", "燃气类型", "是否独居", "低保户"],
        ["熊秀英", "江汉区满春街道春晓社区南苑小区5栋1单元101室", citizen_id(date(1947, 7, 7), "女") + "\t",
         phone(31), "液化气", "是", "√"],
        ["㑇长贵", "南苑小区5栋1单元102", f'="{citizen_id(date(1953, 9, 1), "男")}"', phone(32), "天然气", "否", ""],
        ["𠮷小平", "满春街15号", "", "027-85550033", "电", "", ""],
        ["邓红", "南苑小区5号楼二单元301", citizen_id(date(1976, 12, 1), "女"), "1.3E+10", "天然气", "", ""],
    ]  # fmt: skip
    _csv(path, "gb18030", ",", rows)


def utf8_bom(path: Path) -> None:
    """As Excel's *CSV UTF-8* where the list separator is a semicolon."""
    rows = [
        ["楼栋", "单元", "楼层", "房号", "居民姓名", "公民身份号码", "户主姓名", "电话", "人员状态", "备注"],
        ["6", "1", "1", "101", "唐玉华", citizen_id(date(1948, 8, 8), "女"), "唐玉华", phone(41), "健在", "喜欢；下棋"],
        ["6", "1", "1", "101", "唐明", citizen_id(date(1975, 5, 15), "男"), "唐玉华", phone(42), "在住", ""],
        ["6", "1", "2", "201", "萧山", citizen_id(date(1939, 3, 9), "男"), "萧山", "无", "已故", ""],
        ["", "", "", "", "", "", "", "", "", ""],
        ["总计", "", "", "", "3人", "", "", "", "", ""],
    ]
    _csv(path, "utf-8-sig", ";", rows)


def english(path: Path) -> None:
    """An English list, without a byte-order mark."""
    rows = [
        ["No.", "Full name", "Gender", "DOB", "Bldg", "Unit", "Flat", "Phone number", "Fuel type", "Tags", "Remarks"],
        ["1", "Zhang San", "Male", "1940-01-02", "7", "1", "101", phone(51), "LPG", "lives alone, dibao", ""],
        ["2", "Li Si", "Female", "2 Jan 1950", "7", "1", "102", f"{phone(52)} (son)", "Natural gas", "",
         "Knock, then wait"],
        ["3", "Wang Wu", "M", "13/06/1960", "7", "1", "201", "+86 130 0000 0053", "Electric", "",
         "=HYPERLINK(\"x\")"],
        ["4", "Zhao Liu", "F", "05/06/1940", "7", "1", "202", phone(54), "LPG", "", ""],
        ["Total", "4", "", "", "", "", "", "", "", "", ""],
    ]  # fmt: skip
    _csv(path, "utf-8", ",", rows)


def _csv(path: Path, encoding: str, delimiter: str, rows: list[list[str]]) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


MADE = {"messy.xlsx": messy, "gb18030.csv": gb18030, "utf8-bom.csv": utf8_bom, "english.csv": english}


def main() -> None:
    """Write them all."""
    SAMPLES.mkdir(exist_ok=True)
    for name, make in MADE.items():
        make(SAMPLES / name)


if __name__ == "__main__":
    main()
