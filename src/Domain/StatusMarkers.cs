namespace PyWharf.Domain;

/// <summary>The texts of the markers (PEP 792).</summary>
public static class StatusMarkers
{
    /// <summary>All markers, for messages.</summary>
    public const string All = "active, archived, quarantined, deprecated";

    /// <summary>The text of a marker.</summary>
    public static string Text(this StatusMarker marker) => marker switch
    {
        StatusMarker.Active => "active",
        StatusMarker.Archived => "archived",
        StatusMarker.Quarantined => "quarantined",
        _ => "deprecated",
    };

    /// <summary>Parses the text of a marker, case-sensitive.</summary>
    public static bool TryParse(string? text, out StatusMarker marker)
    {
        var found = Array.FindIndex(Enum.GetValues<StatusMarker>(), candidate => candidate.Text() == text);
        marker = (StatusMarker)Math.Max(0, found);

        return found >= 0;
    }
}
