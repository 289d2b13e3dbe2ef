"""Surveillance of counts: what is usual in a county, and 苗头, 趋势 and 区域 where counts rise above it. Pure."""
