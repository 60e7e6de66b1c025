using System.Text;
using System.Text.Json;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>Events that start workflows.</summary>
internal static class DispatchesApi
{
    public static Reply Dispatch(Call call, FakeRepository repository)
    {
        if (Need.WriteContents.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        if (call.Text("event_type") is not { Length: > 0 and <= 100 } type)
        {
            return Reply.Error(422, "Invalid request.\n\n\"event_type\" wasn't supplied, or has more than 100 characters.");
        }

        if (call.Fields.TryGetProperty("client_payload", out var payload)
            && payload.ValueKind == JsonValueKind.Object && payload.EnumerateObject().Count() > 10)
        {
            return Reply.Error(422, "No more than 10 properties are allowed; client_payload has more.");
        }

        repository.Dispatches.Add(type);
        return Reply.Empty(204);
    }

    public static Reply Run(Call call, FakeRepository repository, string file)
    {
        if (Need.WriteActions.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        if (repository.Read($".github/workflows/{file}") is not { } workflow)
        {
            return Reply.NotFound();
        }

        if (call.Text("ref") is not { } name || (repository.Git.Branch(name) ?? repository.Git.Tag(name)) is null)
        {
            return Reply.Error(422, $"No ref found for: {call.Text("ref")}");
        }

        if (!Encoding.UTF8.GetString(workflow).Contains("workflow_dispatch", StringComparison.Ordinal))
        {
            return Reply.Error(422, "Workflow does not have 'workflow_dispatch' trigger");
        }

        repository.WorkflowRuns.Add((file, name));

        if (call.Flag("return_run_details") != true)
        {
            return Reply.Empty(204);
        }

        var run = call.GitHub.NextId();
        return Reply.Json(200, new
        {
            workflow_run_id = run,
            run_url = $"{Answers.Url(call, repository)}/actions/runs/{run}",
            html_url = $"{call.GitHub.Root(Origin.Web)}/{repository.FullName}/actions/runs/{run}",
        });
    }
}
