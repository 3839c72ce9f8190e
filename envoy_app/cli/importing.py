def import_files(arguments: argparse.Namespace) -> int:
    """Import workbooks; all are read before the first is written."""
    kind = ImportKind(arguments.kind)
    with _for_reading(arguments.db) as workspace:
        reports = [workspace.imports.read(path, kind) for path in arguments.files]
    if not arguments.dry_run:
        with _workspace(arguments.db) as workspace:
            # `apply` matches anew, so that what an earlier file brought counts.
            reports = [workspace.imports.apply(report)[0] for report in reports]
    if arguments.json:
        objects = [report_json(report) for report in reports]
        print_json(objects[0] if len(objects) == 1 else {"files": objects})
    for report in reports:
        _tell_import(report)
    return NEEDS_ATTENTION if any(report.problem_count for report in reports) else DONE


def _tell_import(report: ImportReport) -> None:
    counts = "、".join(f"{status.label} {report.count(status)}" for status in RowStatus)
    done = "已写入" if report.applied else "只看不写"
    say(f"{Path(report.file).name}（{done}）：共 {len(report.rows)} 行，{counts}")
    lines = [
        f"  {row.sheet} 第 {row.row} 行 {problem.column}：{problem.message}"
        for row in report.rows
        for problem in row.problems
    ]
    for line in lines[:SHOWN_PROBLEMS]:
        say(line)
    if len(lines) > SHOWN_PROBLEMS:
        say(f"  ……还有 {len(lines) - SHOWN_PROBLEMS} 处，加 --json 看全部")


