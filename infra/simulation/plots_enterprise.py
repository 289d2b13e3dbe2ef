"""Plots around enterprises: a developer failing over months, a wage-arrears cluster, a fund-raising scheme."""

from infra.simulation.city import City
from infra.simulation.enterprises import Enterprise
from infra.simulation.people import draw_person
from infra.simulation.stories import Stage, story_truth
from infra.simulation.ties import Tie
from infra.simulation.truth import StoryTruth


def failing_developer(stage: Stage) -> StoryTruth:
    """Escrow anomaly, supplier suits, preservation, stalled projects, home buyers, group suit, bankruptcy petition.

    The head of the group guarantees its loans, as does a company that it owns in another trade; both are sued for them.
    """
    rng, city = stage.rng, stage.city
    groups = sorted({p.developer.group or "" for p in city.projects})
    by_group = {g: [p for p in city.projects if p.developer.group == g] for g in groups}
    wide = [g for g in groups if len({p.township.county for p in by_group[g]}) >= 2 and len(by_group[g]) >= 3]
    group = wide[int(rng.random() * len(wide))]
    estates = sorted(by_group[group], key=lambda p: -p.buyers)
    main = estates[0]
    others = [p for p in estates if p.township.county != main.township.county][:2]
    projects = [main, *others]
    boss = main.developer
    head, sister = _head(city, group), _guarantor(stage, boss)
    owned = Tie("owner", head, boss)
    guarantee = Tie("guarantee", sister, boss, 60_000_000)
    for index, project in enumerate(projects):
        escrow = stage.incident(
            "监管账户异常报告",
            4 + 9 * index,
            1.6 + 0.4 * rng.random(),
            project.township,
            project=project,
            respondent=project.developer,
            people=project.buyers,
        )
        stage.report(escrow, "gov.escrow_anomaly", 4 + 9 * index)
        if index < 2:
            stalled = stage.incident(
                "项目停工报告",
                27 + 12 * index,
                2.4,
                project.township,
                project=project,
                respondent=project.developer,
                people=project.buyers,
            )
            stage.report(stalled, "gov.project_stalled", 27 + 12 * index)
    for day in stage.days(15, 9, 55):
        project = main if rng.random() < 0.65 else projects[int(rng.random() * len(projects))]
        suit = stage.incident(
            "工程款",
            day,
            stage.severity(0.8, 2.6),
            project.township,
            project=project,
            respondent=project.developer,
            people=1,
        )
        suit.claimant_enterprise = project.suppliers[int(rng.random() * len(project.suppliers))]
        suit.ties = (
            Tie("supplier", suit.claimant_enterprise, project.developer),
            Tie("contractor", project.contractor, project),
        )
        stage.report(suit, "court.case_filed", day)
        if rng.random() < 0.55:
            stage.report(suit, "court.preservation", day + 1 + 6 * rng.random(), 0.3)
        if day < 30 and rng.random() < 0.5:
            stage.report(suit, "court.judgment", day + 32 + 15 * rng.random())
    for day in stage.days(78, 22, 88, rise=2.2):
        project = main if rng.random() < 0.72 else projects[int(rng.random() * len(projects))]
        grave = 0.9 + 1.8 * (day / 88)
        buyer = stage.incident(
            "延期交房与烂尾",
            day,
            stage.severity(grave - 0.8, grave + 0.9),
            project.township,
            project=project,
            respondent=project.developer,
        )
        stage.report(buyer, "gov.hotline_ticket", day)
        if rng.random() < 0.1:
            stage.report(buyer, "gov.petition", day + 4 + 8 * rng.random(), 0.3)
    for round_ in range(5):
        day = 36 + 10 * round_ + 4 * rng.random()
        crowd = stage.incident(
            "延期交房与烂尾",
            day,
            2.3 + 0.3 * round_,
            main.township,
            project=main,
            respondent=boss,
            people=round(main.buyers * (0.1 + 0.08 * round_)),
        )
        for kind, wait in (
            ("gov.petition", 0.0),
            ("gov.repeat_petition", 9.0),
            ("gov.police_incident", 1.0),
            ("gov.grid_report", 0.0),
        ):
            if rng.random() < 0.8 or kind == "gov.petition":
                stage.report(crowd, kind, day + wait, 0.2 if wait else 0.0)
    for day in (53.0, 62.0):
        group_suit = stage.incident(
            "延期交房与烂尾",
            day,
            3.1,
            main.township,
            project=main,
            respondent=boss,
            people=40 + int(rng.random() * 120),
        )
        stage.report(group_suit, "court.group_litigation", day)
    tax = stage.incident("欠税欠费", 50, 2.0, main.township, respondent=boss, amount_yuan=3_800_000)
    stage.report(tax, "gov.tax_fee_arrears", 50)
    wages = stage.incident("工地欠薪", 44, 2.5, main.township, project=main, respondent=main.contractor, people=34)
    for kind, day in (("gov.wage_arrears_lead", 44.0), ("gov.hotline_ticket", 45.0), ("gov.labor_arbitration", 58.0)):
        stage.report(wages, kind, day)
    for respondent, day in ((sister, 40.0), (sister, 47.0), (head, 49.0), (sister, 56.0)):
        loan = stage.incident(
            "银行与小贷",
            day,
            stage.severity(1.2, 2.4),
            main.township,
            respondent=respondent,
            amount_yuan=round(8_000_000 * stage.severity(1.0, 2.5)),
            ties=(guarantee, Tie("owner", head, sister)) if respondent is sister else (owned,),
        )
        stage.report(loan, "court.case_filed", day)
        stage.report(loan, "court.preservation", day + 2, 0.2)
        if day < 50:
            stage.report(loan, "court.enforcement_terminated", day + 30, 0.3)
    ruin = stage.incident(
        "破产与债权",
        72,
        3.4,
        main.township,
        respondent=boss,
        people=210,
        amount_yuan=186_000_000,
        ties=(owned, guarantee, Tie("contractor", main.contractor, main)),
    )
    stage.report(ruin, "court.bankruptcy_petition", 72)
    return story_truth(
        stage,
        "developer_failing",
        ("苗头", "趋势", "区域", "系统"),
        "问题楼盘",
        f"{group}资金链断裂：监管账户异常、材料商起诉、停工、购房人维权、申请破产，跨县区",
        entity=boss,
        project=main,
    )


def wage_cluster(stage: Stage) -> StoryTruth:
    """A contractor stops paying several teams within two weeks: hotline, leads, arbitration, police, petition."""
    rng, city = stage.rng, stage.city
    project = city.projects[int(rng.random() * len(city.projects))]
    first = 33 + 6 * rng.random()
    for team in range(6):
        begin = first + 1.5 * team + 2 * rng.random()
        workers = 8 + int(rng.random() * 24)
        dispute = stage.incident(
            "工地欠薪",
            begin,
            stage.severity(1.6, 3.4),
            project.township,
            project=project,
            respondent=project.contractor,
            people=workers,
            amount_yuan=workers * 21_000,
        )
        for day in stage.days(2 + int(rng.random() * 4), begin, begin + 9):
            stage.report(dispute, "gov.hotline_ticket", day)
        stage.report(dispute, "gov.wage_arrears_lead", begin + 2 + 2 * rng.random())
        if rng.random() < 0.6:
            stage.report(dispute, "gov.labor_arbitration", begin + 9 + 8 * rng.random())
        if rng.random() < 0.45:
            stage.report(dispute, "gov.petition", begin + 6 + 5 * rng.random(), 0.3)
        if rng.random() < 0.4:
            stage.report(dispute, "gov.police_incident", begin + 4 + 4 * rng.random(), 0.4)
    for day in stage.days(12, first + 2, first + 15):
        lone = stage.incident(
            "工地欠薪",
            day,
            stage.severity(0.4, 2.0),
            project.township,
            project=project,
            respondent=project.contractor,
            people=1 + int(rng.random() * 4),
        )
        stage.report(lone, "gov.wage_arrears_lead" if rng.random() < 0.35 else "gov.hotline_ticket", day)
    return story_truth(
        stage,
        "wage_arrears_cluster",
        ("苗头", "趋势"),
        "劳动争议",
        f"{project.contractor.name}在{project.name}集中拖欠多个班组工资",
        entity=project.contractor,
        project=project,
    )


def fund_raising(stage: Stage) -> StoryTruth:
    """A wealth firm collects from pensioners over several counties, then stops paying; 150 investors and more."""
    rng, city = stage.rng, stage.city
    firms = [e for e in city.of_trade("finance") if e.name.split("有限")[0][-2:] in ("管理", "发展", "咨询")]
    firm = firms[int(rng.random() * len(firms))]
    counties = [firm.county, *[c for c in city.geography.counties if c != firm.county]][:4]
    places = [city.geography.draw_in(rng, c) for c in counties for _ in range(2)]
    first = 24 + 5 * rng.random()
    controller = draw_person(rng, firm.county)
    shell = _guarantor(stage, firm)
    ties = (Tie("owner", controller, firm), Tie("owner", controller, shell), Tie("guarantee", shell, firm))
    for day in stage.days(5, first, first + 14):
        hint = stage.incident(
            "集资理财",
            day,
            stage.severity(0.4, 1.6),
            places[int(rng.random() * len(places))],
            respondent=firm,
            people=2 + int(rng.random() * 8),
        )
        stage.report(hint, "gov.grid_report", day)
    stop = first + 18
    for day in stage.days(46, stop, stop + 40, rise=1.6):
        place = places[int(rng.random() * len(places))]
        loss = stage.incident(
            "集资理财", day, stage.severity(0.8, 3.0), place, respondent=firm, people=1 + int(rng.random() ** 3 * 30)
        )
        draw = rng.random()
        stage.report(
            loss, "gov.hotline_ticket" if draw < 0.62 else "gov.police_incident" if draw < 0.85 else "gov.petition", day
        )
        if rng.random() < 0.12:
            stage.report(loss, "gov.petition", day + 3 + 6 * rng.random(), 0.3)
    for day, people in ((stop + 12, 62), (stop + 24, 118), (stop + 33, 176)):
        crowd = stage.incident(
            "集资理财",
            day,
            2.9 + 0.3 * rng.random(),
            places[0],
            respondent=firm,
            people=people,
            amount_yuan=people * 140_000,
            ties=ties,
        )
        stage.report(crowd, "gov.petition", day)
        stage.report(crowd, "gov.police_incident", day + 1)
        stage.report(crowd, "gov.repeat_petition", day + 8, 0.2)
    suit = stage.incident(
        "集资理财",
        stop + 29,
        3.0,
        places[0],
        respondent=firm,
        people=160 + int(rng.random() * 60),
        amount_yuan=24_000_000,
        ties=ties,
    )
    stage.report(suit, "court.group_litigation", stop + 29)
    return story_truth(
        stage,
        "fund_raising",
        ("苗头", "趋势", "区域", "系统"),
        "非法集资",
        f"{firm.name}以高息吸收公众资金后停止兑付，投资人跨{len(counties)}个县区",
        entity=firm,
    )


def _head(city: City, group: str) -> Enterprise:
    """The company that owns a developer group's project companies."""
    return next(e for e in city.of_trade("developer") if e.group == group)


def _guarantor(stage: Stage, debtor: Enterprise) -> Enterprise:
    """A company of another trade in the debtor's county that stands surety for it."""
    local = [e for e in stage.city.of_trade("supplier") if e.county == debtor.county] or stage.city.of_trade("supplier")
    return local[int(stage.rng.random() * len(local))]
