"""
Requests for demonstrations, written for this project; nobody's real data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sample:
    """What a resident asks, and through which door it comes."""

    title: str
    text: str
    door: str


SAMPLES: tuple[Sample, ...] = (
    Sample("路灯不亮", "楼前的路灯三天不亮了,老人晚上出门不安全,请尽快修好。", "hotline"),
    Sample("自来水发黄", "这两天家里自来水发黄有异味,供水公司没有通知,孩子不敢喝。", "platform"),
    Sample("物业收费不公开", "物业公司上涨物业费没有公示,业委会也说不知道,请有关部门核实。", "mailbox"),
    Sample(
        "楼道堆物占用消防通道",
        "楼道里长期堆放电动车和杂物,占用消防通道,物业不管,存在消防安全隐患。",
        "grid_walk",
    ),
    Sample("夜间施工噪音", "小区旁的工地夜里十二点还在施工,噪音很大,影响休息。", "city_12345"),
    Sample("公交站点太远", "附近没有公交站,老人看病要走很远,建议增设公交站点。", "deputies_studio"),
    Sample("污水井堵塞外溢", "路口的污水井堵塞,污水外溢到路面,气味难闻,行人要绕行。", "wechat_group"),
    Sample("暖气不热", "供暖开始一周了,家里暖气一直不热,打供热公司电话没有人接。", "office_phone"),
    Sample("幼儿园学位紧张", "今年孩子上幼儿园没有学位,希望教育局能解决就近入学的问题。", "symposium"),
    Sample("拖欠工资", "在饭店打工三个月,老板拖欠工资不给,请劳动部门帮助。", "home_visit"),
    Sample("井盖破损", "小区门口的井盖破损,车辆经过很危险,昨天有人差点摔倒。", "wechat_group"),
    Sample("占道经营", "市场外面流动摊贩占道经营,早晚高峰车辆堵得厉害,请城管处理。", "building_log"),
    Sample(
        "电梯经常停运",
        "单元电梯一个月停运五次,物业和维保单位互相推诿,高层老人下不了楼。",
        "property_register",
    ),
    Sample("垃圾清运不及时", "垃圾桶好几天没有清运,夏天味道很大,蚊虫也多。", "grid_station"),
)


def bodies(count: int, district: str) -> Iterator[dict[str, Any]]:
    """
    ``count`` bodies for ``POST /api/v1/cases``; every third resident can be reached by a machine, the
    others by people.
    """
    for number in range(count):
        sample = SAMPLES[number % len(SAMPLES)]
        place = f"幸福里{number % 9 + 1}号院{number % 23 + 1}号楼"
        contact = {"name": "居民", "phone": f"0000{number:07d}"}
        if number % 3 == 0:
            contact["email"] = f"resident{number}@example.org"
        yield {
            "district": district,
            "title": f"{place}{sample.title}",
            "text": f"{place},{sample.text}",
            "place": place,
            "door": sample.door,
            "contact": contact,
        }
