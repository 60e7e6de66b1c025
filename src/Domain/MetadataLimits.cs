namespace PyWharf.Domain;

/// <summary>
/// How much metadata may say. What one project says of itself everybody reads: no real package comes near these bounds, and what is beyond
/// them is refused when it is uploaded, and left out where a storage holds it.
/// </summary>
public static class MetadataLimits
{
    /// <summary>Characters of all values of the fields that may have several, taken together.</summary>
    public const int MaxRepeatedCharacters = 1024 * 1024;

    // As much as is read of a metadata document. Licenses that quote those of all they bundle have some ten kilobytes.
    private const int MaxDescriptionLength = 8 * 1024 * 1024;
    private const int MaxOtherLength = 128 * 1024;

    /// <summary>Characters of one value of a field of the upload form.</summary>
    public static int MaxLengthOf(string field) => field switch
    {
        "requires_python" => RequiresPython.MaxLength,
        "description" => MaxDescriptionLength,
        _ => MaxOtherLength,
    };
}
