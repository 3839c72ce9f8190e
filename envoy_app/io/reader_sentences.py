"""One sentence per reason for which a file is not read: what it is and what to do."""

from __future__ import annotations

from envoy_app.domain.errors import InputError

_ADVICE = "请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"
_PASTE = "请打开后选中其中的表格并复制，再在导入页粘贴。"
_SENTENCES = {
    "damaged": "文件“{name}”已损坏或不完整，无法读取，{advice}",
    "unsafe": "文件“{name}”含有不安全的内容（XML 实体），已拒绝读取，{advice}",
    "encrypted": "文件“{name}”设有密码，请在 Excel 或 WPS 中取消密码后再导入。",
    "locked": "文件“{name}”被文档加密软件加密，请先解密，再导入解密后的文件。",
    "too-large": "文件“{name}”内容过大，请只保留名册或需求所在的工作表后再导入。",
    "too-many-sheets": "文件“{name}”的工作表超过 300 个，请只保留名册或需求所在的工作表后再导入。",
    "too-slow": "读取文件“{name}”超过 20 秒，已停止，请只保留名册或需求所在的工作表后再导入。",
    "out-of-range": "文件“{name}”的行列编号超出 Excel 的范围，文件可能已损坏，{advice}",
    "cell-too-long": "文件“{name}”中有单元格超过 32767 个字，请删去该单元格的内容后再导入。",
    "no-sheets": "文件“{name}”中没有工作表，请检查是否选错了文件。",
    "no-table": "“{name}”中没有表格，请检查是否选错了内容。",
    "not-a-workbook": "文件“{name}”不是表格文件，请选择 Excel、WPS 表格或 CSV 文件。",
    "old-excel": "文件“{name}”是很早的 Excel 格式，{advice}",
    "hidden-unknown": "文件“{name}”的行格式读不出来，无法判断哪些行被隐藏，{advice}",
    "word": "文件“{name}”是 Word 或 WPS 文字文档，{paste}",
    "slides": "文件“{name}”是演示文稿，{paste}",
    "pdf": "文件“{name}”是 PDF，无法直接导入，请向对方索取 Excel 文件，或把其中的表格复制后粘贴。",
    "picture": "文件“{name}”是图片，无法直接导入，请向对方索取 Excel 文件。",
    "archive": "文件“{name}”是压缩包，请先解压，再导入其中的文件。",
    "web-archive": "文件“{name}”是网页存档，{advice}",
    "encoding": "文件“{name}”的文字编码无法识别，{advice}",
    "quotes": "文件“{name}”第 {line} 行的引号没有成对，无法分清单元格，请改好该行的引号后再导入。",
    "text": "文件“{name}”的内容是文本，不是 Excel 工作簿，请把扩展名改为 .csv 后再导入。",
    "empty": "文件“{name}”是空的，请检查是否选错了文件。",
}


REASONS = frozenset(_SENTENCES)


def refusal(reason: str, name: str, line: object = 0) -> InputError:
    """Return the error whose sentence tells why a file is not read and what to do."""
    sentence = _SENTENCES.get(reason, _SENTENCES["damaged"])
    return InputError(sentence.format(name=name, advice=_ADVICE, paste=_PASTE, line=line))
