"""Hiệp y, xác nhận, lấy ý kiến: a body, or the public, is asked about nominations."""
