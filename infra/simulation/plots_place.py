"""Plots around places: a land acquisition, a neighbours' feud that turns violent, quota junk, a rain burst."""

from infra.simulation.stories import BLOCK_DAYS, Stage, story_truth
from infra.simulation.truth import StoryTruth

_JUNK = (
    ("邻里", "走访发现村民因琐事争吵，网格员现场劝解，双方和好，已处理完毕。"),
    ("邻里", "走访发现村民因琐事发生口角，网格员当场劝解，双方和好，已处理完毕。"),
    ("其他", "巡查发现路边有垃圾，网格员已联系清理，已处理完毕。"),
    ("其他", "巡查发现路边有少量垃圾，网格员已当场清理，已处理完毕。"),
    ("邻里", "走访了解到村民因停车产生矛盾，网格员调解后化解，已处理完毕。"),
)


def land_acquisition(stage: Stage) -> StoryTruth:
    """Villagers of one township refuse an acquisition: petitions and repeats, stopped machines, reconsideration, a suit."""
    rng, city = stage.rng, stage.city
    rural = [t for t in city.geography.townships if not t.urban]
    place = rural[int(rng.random() * len(rural))]
    villages = place.communities[-3:]
    first = 12 + 4 * rng.random()
    office = place.county_name + "自然资源局"
    for index, village in enumerate(villages):
        begin = first + 7 * index
        people = 35 + int(rng.random() * 60)
        core = stage.incident(
            "征地补偿", begin, 2.0 + 0.4 * rng.random(), place, community=village, respondent=office, people=people
        )
        stage.report(core, "gov.petition", begin)
        for number, day in enumerate(stage.days(4, begin + 8, begin + 48)):
            stage.report(core, "gov.repeat_petition", day, 0.2 * (number + 1))
        stage.report(core, "gov.police_incident", begin + 14 + 10 * rng.random(), 0.6)
        stage.report(core, "gov.grid_report", begin + 2)
        stage.report(core, "gov.reconsideration", begin + 20 + 8 * rng.random())
        if index == 0:
            stage.report(core, "court.case_filed", begin + 44)
    for day in stage.days(26, first + 3, first + 58, rise=1.3):
        single = stage.incident(
            "征地补偿",
            day,
            stage.severity(0.4, 2.4),
            place,
            community=villages[int(rng.random() * 3)],
            respondent=office,
            people=1 + int(rng.random() ** 2 * 14),
        )
        stage.report(single, "gov.hotline_ticket" if rng.random() < 0.75 else "gov.petition", day)
    return story_truth(
        stage,
        "land_acquisition",
        ("苗头", "趋势"),
        "征地拆迁",
        f"{place.county_name}{place.name}征地补偿争议，村民反复信访并阻工",
    )


def neighbours_feud(stage: Stage) -> StoryTruth:
    """Two families: grid report, failed mediations, police calls, open threats of violence (民转刑)."""
    rng, city = stage.rng, stage.city
    rural = [t for t in city.geography.townships if not t.urban]
    place = rural[int(rng.random() * len(rural))]
    first = 14 + 10 * rng.random()
    feud = stage.incident("乡邻界址", first, 1.1, place, people=6)
    for kind, wait, step in (
        ("gov.grid_report", 0.0, 0.0),
        ("gov.mediation", 4.0, 0.3),
        ("gov.police_incident", 13.0, 0.8),
        ("gov.hotline_ticket", 15.0, 0.9),
        ("gov.mediation", 19.0, 1.3),
        ("gov.police_incident", 31.0, 2.0),
        ("gov.grid_report", 33.0, 2.1),
        ("gov.police_incident", 40.0, 2.7),
    ):
        stage.report(feud, kind, first + wait, step)
    return story_truth(
        stage,
        "neighbours_feud",
        ("苗头",),
        "邻里",
        f"{place.county_name}{place.name}两家邻里积怨升级，多次报警、调解失败，有民转刑风险",
    )


def quota_junk(stage: Stage) -> StoryTruth:
    """One township's grid fills its monthly quota in the last days with copies and round numbers; warnings of it are false."""
    rng, city = stage.rng, stage.city
    places = city.geography.of_county("379006")
    place = places[int(rng.random() * len(places))]
    for month in range(BLOCK_DAYS // 30):
        for day in stage.days(20, 26 + 30 * month, 29 + 30 * month):
            category, text = _JUNK[int(rng.random() ** 1.5 * len(_JUNK))]
            record = stage.incident(
                "市政与公共服务" if category == "其他" else "邻里滋扰",
                day,
                0.1,
                place,
                people=10 if rng.random() < 0.7 else 5,
                amount_yuan=0,
            )
            record.script = ("日常巡查", text)
            stage.report(record, "gov.grid_report", day)
    return story_truth(
        stage,
        "quota_junk",
        (),
        "邻里",
        f"{place.county_name}{place.name}网格月底凑数上报，内容雷同、数字整齐，不应预警",
        benign=True,
    )


def rain_burst(stage: Stage) -> StoryTruth:
    """Two days of heavy rain in one township: a burst of flooding calls that passes; a count aberration, no grave risk."""
    rng, city = stage.rng, stage.city
    urban = [t for t in city.geography.townships if t.urban]
    place = urban[int(rng.random() * len(urban))]
    first = 47 + 8 * rng.random()
    for day in stage.days(48, first, first + 2.4, rise=0.8):
        call = stage.incident(
            "积水内涝",
            day,
            stage.severity(0.0, 1.4),
            place,
            community=place.communities[int(rng.random() ** 2 * len(place.communities))],
        )
        stage.report(call, "gov.hotline_ticket" if rng.random() < 0.85 else "gov.grid_report", day)
    return story_truth(
        stage,
        "rain_burst",
        ("苗头",),
        "其他",
        f"{place.county_name}{place.name}强降雨引发积水诉求集中，数日内回落",
        benign=True,
    )
