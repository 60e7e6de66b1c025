using System.Globalization;
using PyWharf.Application.Importing;

namespace PyWharf.Api.Commands;

/// <summary>The result of <c>pywharf import</c>, as text or as JSON.</summary>
internal static class ImportOutput
{
    // Unescaped, as it is read in terminals too.
    /// <summary>One JSON document.</summary>
    public static string Json(ImportOptions options, ImportReport report) => JsonOutput.Of(
        new
        {
            options.Repository,
            options.Source,
            DryRun = options.IsDryRun,
            report.Imported,
            report.Bytes,
            report.AlreadyThere,
            report.PassedOver,
            report.Refused,
            report.Warnings,
            report.Stopped,
        });

    /// <summary>A line with the numbers, then a table of what was refused.</summary>
    public static IEnumerable<string> Lines(ImportOptions options, ImportReport report)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Repository}: {report.Imported} files {(options.IsDryRun ? "would be imported" : $"imported ({report.Bytes} bytes)")}, {report.AlreadyThere} were there already, {report.Refused.Count} refused, {report.PassedOver} passed over as no distributions");
        if (report.Warnings.Count > 0)
        {
            yield return $"{report.Warnings.Count} warnings about imported files: --json lists them";
        }

        if (report.Refused.Count == 0)
        {
            yield break;
        }

        var width = report.Refused.Max(refused => (refused.Filename ?? refused.Project).Length);
        yield return "";
        yield return $"{"REFUSED".PadRight(width)}  REASON";
        foreach (var refused in report.Refused)
        {
            yield return $"{(refused.Filename ?? refused.Project).PadRight(width)}  {refused.Reason}";
        }
    }
}
