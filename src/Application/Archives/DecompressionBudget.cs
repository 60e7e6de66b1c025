namespace PyWharf.Application.Archives;

/// <summary>
/// How much may come out of an archive. It is counted while it comes out: what an archive says of itself is no measure.
/// </summary>
internal sealed class DecompressionBudget(long bytes)
{
    /// <summary>What one may hold in memory of a document within an archive. Real ones have some hundred kilobytes at most.</summary>
    public const int DocumentBytes = 8 * 1024 * 1024;

    /// <summary>The same of a RECORD, which has a line for each file.</summary>
    public const int RecordBytes = 2 * DocumentBytes;

    // PyPI's rule: what unpacks to less does no harm, and what is more than this times as large is no package.
    private const long AlwaysAllowed = 64 * 1024 * 1024;
    private const int Ratio = 50;

    private long _left = bytes;

    /// <param name="length">Of the file that was uploaded.</param>
    public static DecompressionBudget OfUpload(long length) => new(Math.Max(AlwaysAllowed, length * Ratio));

    /// <exception cref="InvalidDataException">There is not so much left.</exception>
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
