"""Administrative papers in the layout of Nghị định 30/2020/NĐ-CP, as tagged PDF.

A caller describes a `Paper` (core.documents.paper) whose body is a list of blocks
(core.documents.blocks) and calls `render_pdf` (core.documents.render). The description knows
nothing of HTML, so that the .docx (core.documents.docx) is written from the same blocks.
"""
