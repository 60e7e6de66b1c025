namespace PyWharf.Integration.Support.GitHub;

/// <summary>Where GitHub does otherwise than its description says, each with where that is known from. The fake does as GitHub does.</summary>
internal static class Deviations
{
    /// <summary>
    /// Answers that any call may have, while the description has them for some: 304 to a conditional request, redirects of a renamed repository,
    /// and errors, all in the same form (https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api).
    /// </summary>
    public static bool IsGeneral(int status) => status is 301 or 304 or 307 or >= 400;

    /// <summary>Adds to a schema of the description's what it lacks.</summary>
    public static void Apply(string reference, DescribedValue schema)
    {
        // A failed upload "may leave an empty asset with a state of starter", says the description itself where it describes uploads.
        if (reference == "#/components/schemas/release-asset")
        {
            schema.Allow("state", "starter");
        }
    }
}
