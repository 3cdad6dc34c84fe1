"""How a U-Net is trained and scored. Knows no study, no run and no store."""
