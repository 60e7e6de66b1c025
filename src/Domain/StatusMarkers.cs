namespace PyWharf.Domain;

/// <summary>The markers as PEP 792 writes them.</summary>
public static class StatusMarkers
{
    /// <summary>Every one, for a message.</summary>
    public const string All = "active, archived, quarantined, deprecated";

    /// <summary>As the specification writes it.</summary>
    public static string Text(this StatusMarker marker) => marker switch
    {
        StatusMarker.Active => "active",
        StatusMarker.Archived => "archived",
        StatusMarker.Quarantined => "quarantined",
        _ => "deprecated",
    };

    /// <summary>Reads a marker as the specification writes it; false for anything else.</summary>
    public static bool TryParse(string? text, out StatusMarker marker)
    {
        var found = Array.FindIndex(Enum.GetValues<StatusMarker>(), candidate => candidate.Text() == text);
        marker = (StatusMarker)Math.Max(0, found);

        return found >= 0;
    }
}
