namespace PyWharf.Infrastructure.Doctor;

/// <summary>Deletes the file that was uploaded, also where the answer to its upload was lost.</summary>
internal sealed class CleanupProbe() : Probe("cleanup")
{
    public override async Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        if (deployment.Attempted is not { } wheel)
        {
            return Skipped("nothing was uploaded");
        }

        var file = new Uri(deployment.Base, $"api/projects/{ThrowawayWheel.Project}/files/{Uri.EscapeDataString(wheel.Filename)}");
        var reply = await deployment.SendAsync(HttpMethod.Delete, file, isAnonymous: false, content: null, cancellationToken);

        return reply.Status switch
        {
            200 => Ok($"{wheel.Filename} is deleted; the name stays taken, as those of all deleted files"),
            404 when deployment.Uploaded is null => Warning(
                $"{wheel.Filename} is not there so far; where pywharf publishes it later, delete it from the project {ThrowawayWheel.Project}", []),
            _ => Warning($"{wheel.Filename} remains in the project {ThrowawayWheel.Project} ({reply.Summary}): delete it with a credential that may", []),
        };
    }
}
