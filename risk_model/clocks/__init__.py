"""期限时钟: statutory deadlines and the policy's own, as data and pure arithmetic on days."""
