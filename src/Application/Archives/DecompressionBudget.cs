namespace PyWharf.Application.Archives;

/// <summary>
/// Limits the uncompressed size of an archive (zip bombs). Counts actual bytes, since declared sizes can't be trusted.
/// </summary>
internal sealed class DecompressionBudget(long bytes)
{
    /// <summary>The largest document of an archive that is read into memory. Real ones have some hundred kilobytes at most.</summary>
    public const int DocumentBytes = 8 * 1024 * 1024;

    /// <summary>The same for RECORD, which has a line for each file.</summary>
    public const int RecordBytes = 2 * DocumentBytes;

    // PyPI's rule: up to 64 MiB are always allowed; beyond that, up to 50 times the size of the file.
    private const long AlwaysAllowed = 64 * 1024 * 1024;
    private const int Ratio = 50;

    private long _left = bytes;

    /// <param name="length">Size of the uploaded file in bytes.</param>
    public static DecompressionBudget OfUpload(long length) => new(Math.Max(AlwaysAllowed, length * Ratio));

    /// <exception cref="InvalidDataException">The budget is exceeded.</exception>
    public void Spend(int count)
    {
        _left -= count;
        if (_left < 0)
        {
            throw new InvalidDataException(
                $"The archive unpacks to more than {Ratio} times its size: packages don't, and what does is meant to fill a disk.");
        }
    }
}
