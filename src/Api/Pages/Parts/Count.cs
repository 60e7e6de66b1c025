using System.Globalization;

namespace PyWharf.Api.Pages.Parts;

/// <summary>Numbers with their noun.</summary>
internal static class Count
{
    /// <summary>«1 project», «2,000 projects».</summary>
    public static string Of(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");
}
