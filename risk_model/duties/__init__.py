"""任务: what offices were told to do, by adopted plans or by the joint conference, and what they answered."""
