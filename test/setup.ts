// Tests never phone home and never download: the store works offline unless a test says otherwise.
process.env.ORT_DISABLE_TELEMETRY = '1';
process.env.PICTOR_OFFLINE ??= '1';
