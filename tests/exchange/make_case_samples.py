"""Writes the sample lists of cases in `samples/`: `python -m tests.exchange.make_case_samples`.

As the 12345 hotline and district platforms hand them out: a title line above the header, words of their own for
states and departments, columns that nobody else has. Everybody is made up; phones are 1300000xxxx.
"""

from __future__ import annotations

import csv
import json
from typing import Any

import xlsxwriter

from tests.exchange.make_samples import SAMPLES, phone

HEADER = (
    "序号", "工单编号", "来电时间", "诉求内容", "诉求人", "联系电话", "事发地址", "诉求分类", "承办单位", "办理时限", "工单状态",
    "办理结果", "办结时间", "满意度", "受理坐席", "是否匿名",
)  # fmt: skip

LONG = "楼下烧烤店夜里油烟很大。" * 800
"""About 10,000 characters."""

GOOD: tuple[tuple[Any, ...], ...] = (
    (1, "WH2026051800012", "2026-05-18 21:14:05", "3栋楼下烧烤店油烟扰民，晚上开窗全是烟",
     "赵大海", phone(101), "春晓社区3栋2单元501室",
     "餐饮油烟", "城管执法局", "2026-05-29", "办理中", "", "", "", "坐席17", "否"),
    (2, "WH2026051800013", "2026/5/18 22:03", LONG,
     "钱玉", phone(102), "春晓社区3栋2单元", "噪声污染", "公安局", "2026年5月25日",
     "待回访", "已现场劝离", "2026-05-19 10:20", "", "坐席17", "否"),
    (3, "WH2026051900001", "2026年5月19日 8时30分", "=HYPERLINK(\"http://x\",\"点我\") <b>路灯不亮</b>",
     "匿名", "无", "幸福路与建设路交叉口",
     "路灯故障", "路灯管理处", "2026-05-22 17:30", "已派单", "", "", "", "坐席3", "是"),
    (4, "WH2026051900002", "2026-05-19", "咨询养老助餐点在哪里",
     "孙英", phone(104), "", "咨询/民生/养老服务", "民政局", "",
     "已办结", "已答复", "2026-05-19 16:00", "满意", "坐席3", "否"),
    (5, "WH2026051900003", 46161.375, "小区门口有人贴小广告",
     "周红", phone(105), "春晓社区", "城市牛皮癣", "街道综合执法中心", "2026-06-01",
     "市级会商", "", "", "", "坐席3", "否"),
)  # fmt: skip

BAD: tuple[tuple[Any, ...], ...] = (
    (6, "", "2026-05-19 09:00", "没有编号", "吴三", phone(106), "", "其他", "", "", "办理中", "", "", "", "坐席1", "否"),
    (7, "WH2026051900005", "前天晚上", "时间看不懂",
     "郑四", phone(107), "", "其他", "", "", "办理中", "", "", "", "坐席1", "否"),
    (8, "WH2026051900006", "2026-05-19 09:00", "", "冯五", phone(108), "", "其他", "", "", "办理中", "", "", "", "坐席1", "否"),
    (9, "WH2026051900007", "2031-05-19 09:00", "将来的事",
     "陈六", phone(109), "", "其他", "", "", "办理中", "", "", "", "坐席1", "否"),
)  # fmt: skip

REQUESTS: list[dict[str, Any]] = [
    {
        "service_request_id": "638344", "status": "closed", "status_notes": "Duplicate request.", "service_name": "street light",
        "service_code": "006", "description": "Lamp out at the corner", "agency_responsible": "Lighting Board",
        "service_notice": None, "requested_datetime": "2026-05-14T06:37:38+08:00",
        "updated_datetime": "2026-05-15T06:37:38+08:00", "expected_datetime": "2026-05-16T06:37:38+08:00",
        "address": "8TH AVE and JUDAH ST", "address_id": 545483, "zipcode": "94122", "lat": 37.762221815, "long": -122.4651145,
        "media_url": "http://city.example/638344.jpg",
    },
    {
        "service_request_id": "638349", "status": "open", "service_name": "Sidewalk and Curb Issues",
        "service_code": "x9", "description": "", "requested_datetime": "2026-05-19T06:37:38Z",
        "title": "Broken curb", "tags": ["curb", {"deep": [1, None]}],
    },
]  # fmt: skip
"""In the shape of the answer to GET requests (Open311 GeoReport v2), with fields that the standard does not have."""


def _spreadsheet() -> None:
    book = xlsxwriter.Workbook(str(SAMPLES / "hotline.xlsx"), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("工单明细")
    sheet.merge_range(0, 0, 0, len(HEADER) - 1, "12345政务服务便民热线工单明细表（2026年5月）")
    for number, row in enumerate((HEADER, *GOOD, (), *BAD), 1):
        for at, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, at, value)
            else:
                sheet.write_number(number, at, value)
    book.close()


if __name__ == "__main__":
    _spreadsheet()
    with (SAMPLES / "hotline-gb18030.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEADER, *GOOD, *BAD])
    (SAMPLES / "georeport.json").write_text(json.dumps(REQUESTS, ensure_ascii=False, indent=1), "utf-8")
