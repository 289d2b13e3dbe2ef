"""What the API answers: models with Chinese names beside codes, local times, and money a person can read."""
