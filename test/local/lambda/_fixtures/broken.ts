throw new RangeError('broken at import');
